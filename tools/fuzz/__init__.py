"""Mutated input through the doors a user has: every case must succeed or end in one line."""
