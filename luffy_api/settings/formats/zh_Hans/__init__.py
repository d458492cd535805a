"""Simplified Chinese; Django looks for a module `formats` in this package."""
