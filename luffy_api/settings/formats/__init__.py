"""Formats of dates and times that replace Django's own (FORMAT_MODULE_PATH)."""
