"""Random, seeded use of the real window, watched for faults: `python -m tests.soak --help`."""
