"""The back office of the catalogue; Django looks for this package by its name."""

from luffy_api.apps.course.admin import courses, enrollments, outline, shelves

__all__ = ["courses", "enrollments", "outline", "shelves"]
