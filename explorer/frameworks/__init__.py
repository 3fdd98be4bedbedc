"""A person's own parameters, as one row of numbers: PyTorch's, JAX's, plain NumPy's.

Neither library is imported unless its objects are handed in. Which one they are of is told by
`parameters`; every kind has the same few methods (`trees.Parameters`).
"""
