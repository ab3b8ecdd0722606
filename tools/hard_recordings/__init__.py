"""Conversations under difficult conditions, composed of real speech with exact references.

docs/hard-recordings.md says what they are, how they are split and what was measured on them.
"""
