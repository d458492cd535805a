"""Django's engine for SQLite, where statements that come again are at hand: see `base`."""
