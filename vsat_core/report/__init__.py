"""Pictures and texts made of recorded measurements."""
