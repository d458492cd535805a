"""The back office of the catalogue; Django looks for this package by its name."""

from luffy_api.apps.course.admin import catalogue, enrollments

__all__ = ["catalogue", "enrollments"]
