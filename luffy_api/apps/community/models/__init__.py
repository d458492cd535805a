"""Tables of what students say about courses; a module for each subject."""

from luffy_api.apps.community.models.ratings import CourseRatings, Rating, RatingQuerySet
from luffy_api.apps.community.models.words import FilteredWord

__all__ = ["CourseRatings", "FilteredWord", "Rating", "RatingQuerySet"]
