"""Time and queries of the main pages, as ratios against the same SQL alone."""
