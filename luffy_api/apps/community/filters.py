"""What a client may ask of lists of the community."""

from luffy_api.apps.community import rating_list
from luffy_api.apps.community.models import RatingQuerySet
from luffy_api.apps.community.models.ratings import STARS
from luffy_api.apps.community.rating_list import RatingList
from luffy_api.common.filters import ChoiceFilter, IdFilter, StrictFilterSet


class RatingFilterSet(StrictFilterSet):
    """The course is required; `stars`: those with so many only."""

    course = IdFilter(field_name="course_id", required=True)
    stars = ChoiceFilter(choices=[(str(n), f"{n} 星") for n in STARS])

    def filter_queryset(self, queryset: RatingQuerySet) -> RatingList:
        """Django-filter's hook: the list as a whole, which knows how many there are."""
        chosen = self.form.cleaned_data
        stars = int(chosen["stars"]) if chosen["stars"] else None
        return rating_list.course_ratings(course_id=int(chosen["course"]), stars=stars)
