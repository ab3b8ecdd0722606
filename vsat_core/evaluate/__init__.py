"""Profiles scored on recordings with references: run, keep every result, score, compare."""
