"""Surveys from spreadsheets: the columns, reading, planning, importing."""
