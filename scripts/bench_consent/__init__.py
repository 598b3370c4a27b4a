"""What full and incremental builds of consent cost, beside a query by hand of the present: `make bench-consent`."""
