"""Words somebody already has: read from a file, found in the recording, handed to the pipeline."""
