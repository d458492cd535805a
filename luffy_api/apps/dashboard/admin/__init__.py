"""The back office's own pages; Django looks for this package by its name."""

from luffy_api.apps.dashboard.admin import imports, students

__all__ = ["imports", "students"]
