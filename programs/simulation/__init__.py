"""What-if: planned works on an area's survey, and the draft programme they become."""
