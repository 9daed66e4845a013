"""Results that others published without volumes: mapping, reading, importing, pages."""
