"""Outlines from map files (SHP, KML, KMZ, GPKG, GeoJSON) for areas and RT."""
