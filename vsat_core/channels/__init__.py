"""Channels that are transcribed each on its own: cross-talk, and one transcript of all."""
