"""The library: recordings, their words and every correction in one SQLite file, beside a journal
from which the corrections can be restored.
"""
