"""What a run takes from the cache, what it computes and why; a graph of it as table and picture."""
