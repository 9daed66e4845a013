"""Example data: generated, marked everywhere, removable at once (design 4.15)."""
