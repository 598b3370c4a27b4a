"""What one person is told: the receipt of their consent, and what the warehouse holds about them."""
