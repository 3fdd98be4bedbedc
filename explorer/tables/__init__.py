"""Numbers of a run in files: one module with a SPEC a format."""
