"""Models of data, one file each."""
