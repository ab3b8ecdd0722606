"""`vsat export`: stored transcripts, with their corrections, in any format that `write` knows."""
