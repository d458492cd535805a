"""The back office of the shop's pages; a module for each subject."""

from luffy_api.apps.home.admin import banners, topics

__all__ = ["banners", "topics"]
