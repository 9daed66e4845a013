"""Surveys of an area over the years, and how far verified work explains them."""
