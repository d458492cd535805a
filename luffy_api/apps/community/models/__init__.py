"""Tables of what students say and keep about courses; a module for each subject."""

from luffy_api.apps.community.models.favourites import Favourite, FavouriteQuerySet
from luffy_api.apps.community.models.notes import Note
from luffy_api.apps.community.models.posts import Post, PostQuerySet, PostState
from luffy_api.apps.community.models.questions import Answer, Question, Report
from luffy_api.apps.community.models.ratings import CourseRatings, Rating, RatingQuerySet
from luffy_api.apps.community.models.words import FilteredWord

__all__ = [
    "Answer",
    "CourseRatings",
    "Favourite",
    "FavouriteQuerySet",
    "FilteredWord",
    "Note",
    "Post",
    "PostQuerySet",
    "PostState",
    "Question",
    "Rating",
    "RatingQuerySet",
    "Report",
]
