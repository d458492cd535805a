"""What a client may ask of lists of the community."""

from django.db.models import QuerySet
from django_filters import CharFilter

from luffy_api.apps.community import notes, question_list, rating_list
from luffy_api.apps.community.bounded_list import BoundedList
from luffy_api.apps.community.models import Note, PostQuerySet, Question, RatingQuerySet
from luffy_api.apps.community.models.ratings import STARS
from luffy_api.apps.community.question_list import Questions
from luffy_api.apps.community.rating_list import RatingList
from luffy_api.common.filters import ChoiceFilter, IdFilter, StrictFilterSet, StrictForm
from luffy_api.common.validation import current_user_id, optional_user_id

MAX_SEARCH = 50


class QuestionForm(StrictForm):
    """Asks for one of the scopes."""

    def clean(self) -> None:
        """Called by Django after the fields' own checks."""
        super().clean()
        if not self.errors and ("course" in self.data) == ("section" in self.data):
            self.errors["course"] = self.error_class(["请指定课程或课时中的一个。"])


class RatingFilterSet(StrictFilterSet):
    """The course is required; `stars`: those with so many only."""

    course = IdFilter(field_name="course_id", required=True)
    stars = ChoiceFilter(choices=[(str(n), f"{n} 星") for n in STARS])

    def filter_queryset(self, queryset: RatingQuerySet) -> RatingList:
        """Django-filter's hook: the list as a whole, which knows how many there are."""
        chosen = self.form.cleaned_data
        stars = int(chosen["stars"]) if chosen["stars"] else None
        return rating_list.course_ratings(course_id=int(chosen["course"]), stars=stars)


class QuestionFilterSet(StrictFilterSet):
    """Either a course or a section.

    `search`: in titles, texts and answers; `answered`: true or false.
    """

    course = IdFilter(field_name="course_id")
    section = IdFilter(field_name="section_id")
    search = CharFilter(max_length=MAX_SEARCH)
    answered = ChoiceFilter(choices=[("true", "已回答"), ("false", "未回答")])

    class Meta:
        form = QuestionForm

    def filter_queryset(self, queryset: PostQuerySet[Question]) -> Questions:
        """Django-filter's hook: the list as a whole. Raises what the list of its scope raises."""
        chosen = self.form.cleaned_data
        user_id = optional_user_id(self.request)
        answered = {"true": True, "false": False}.get(chosen["answered"])
        word = chosen["search"]
        if chosen["section"]:
            return question_list.section_questions(
                section_id=chosen["section"], user_id=user_id, word=word, is_answered=answered
            )
        return question_list.course_questions(
            course_id=chosen["course"], user_id=user_id, word=word, is_answered=answered
        )


class NoteFilterSet(StrictFilterSet):
    """All of one's own notes, those of a course, or those of a section."""

    course = IdFilter(field_name="course_id")
    section = IdFilter(field_name="section_id")

    def filter_queryset(self, queryset: QuerySet[Note]) -> BoundedList[Note]:
        """Django-filter's hook: the list as a whole."""
        chosen = self.form.cleaned_data
        return notes.own_notes(
            user_id=current_user_id(self.request),
            course_id=chosen["course"],
            section_id=chosen["section"],
        )
