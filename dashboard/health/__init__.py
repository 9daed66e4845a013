"""Data health: named checks, each one question whose rows somebody puts right."""
