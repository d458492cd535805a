"""Backups of the shop: making them, and restoring one. docs/backup.md describes both."""
