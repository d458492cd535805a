"""Chapters and sections with their videos; Django looks for this package by its name."""

from luffy_api.apps.video.admin import outline

__all__ = ["outline"]
