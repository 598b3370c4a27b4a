"""Flow analysis: where each column of a query comes from, and who decided its rows. Reads SQL, runs none."""
