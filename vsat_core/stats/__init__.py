"""Who speaks how much."""
