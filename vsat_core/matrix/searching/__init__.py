"""Continuous params searched on recordings with references (the table `[matrix.search]`)."""
