"""Who works on the recordings of a command: processes of this machine, or a Dask cluster."""
