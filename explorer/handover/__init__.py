"""Code that repeats a run elsewhere: one target a file, each with a SPEC."""
