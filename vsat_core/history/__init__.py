"""A memory of measurements: results by commit in one SQLite file, and where they changed."""
