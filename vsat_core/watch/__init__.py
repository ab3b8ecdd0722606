"""`vsat watch`: recordings that arrive in a folder are transcribed."""
