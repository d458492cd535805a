"""The back office of the community; a module for each subject."""

from luffy_api.apps.community.admin import favourites, questions, ratings, words

__all__ = ["favourites", "questions", "ratings", "words"]
