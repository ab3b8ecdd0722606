"""Reference and result files in the formats of the field: RTTM, UEM, CTM, STM, SegLST, SRT,
WebVTT.
"""
