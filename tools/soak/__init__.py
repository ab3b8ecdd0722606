"""Hours of recordings through one process, to see whether its memory grows."""
