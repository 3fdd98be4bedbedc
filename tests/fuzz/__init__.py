"""Damages files by chance and sees that readers refuse them in a line, soon, in little room."""
