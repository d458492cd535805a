"""The back office's own pages; Django looks for this package by its name."""

from luffy_api.apps.dashboard.admin import audit, figures, imports, students

__all__ = ["audit", "figures", "imports", "students"]
