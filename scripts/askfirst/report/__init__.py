"""The auditors' page: where each column comes from, who decided the rows, and what stands against it."""
