"""Import and export of tables (docs/decisions/0040)."""
