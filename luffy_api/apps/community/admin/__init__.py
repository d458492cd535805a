"""The back office of the community; a module for each subject."""

from luffy_api.apps.community.admin import questions, ratings, words

__all__ = ["questions", "ratings", "words"]
