"""Every combination of stage variants by time, memory and accuracy: planned, measured, composed,
recommended.
"""
