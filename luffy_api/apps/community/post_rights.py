"""What a viewer may do with questions and answers: what would always be refused is not offered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from luffy_api.apps.community import sections
from luffy_api.apps.community.models import Answer, PostState, Question, Report
from luffy_api.apps.course import teaching
from luffy_api.apps.course.exceptions import NotEnrolled, SectionNotFound
from luffy_api.apps.user.models import User
from luffy_api.common.exceptions import Unauthenticated

AuthorRole = Answer.AuthorRole


@dataclass(frozen=True)
class AnswerRights:
    """What one viewer may do with some answers of one question.

    `may_report`: whether reports of this viewer are taken at all. `reported` are the answers that
    the viewer has reported before, and `roles` those as which the viewer may change what is their
    own.
    """

    user_id: int | None
    may_report: bool
    reported: Collection[int]
    roles: Collection[int]

    def may_change(self, row: Answer) -> bool:
        """Whether it is the viewer's own, who still speaks as when it was written."""
        return self._is_own(row) and row.author_role in self.roles

    def may_delete(self, row: Answer) -> bool:
        """Whether it is the viewer's own, and was not hidden by staff."""
        return self._is_own(row) and not row.reason

    def may_be_reported(self, row: Answer) -> bool:
        """Whether it is somebody else's, and new to the viewer's reports."""
        return self.may_report and not self._is_own(row) and row.pk not in self.reported

    def _is_own(self, row: Answer) -> bool:
        return row.user_id == self.user_id


def of_answers(
    question: Question, rows: Sequence[Answer], *, user_id: int | None, learns: bool
) -> AnswerRights:
    """What the viewer may do with these answers of a question. Three queries at most.

    `learns`: whether the viewer learns the section. A visitor is asked to log in by a report.
    """
    may_report = learns and question.state == PostState.SHOWN
    others = [row.pk for row in rows if row.user_id != user_id]
    reported: set[int | None] = set()
    if user_id is not None and may_report and others:
        known = Report.objects.filter(user=user_id, answer__in=others)
        reported = set(known.values_list("answer_id", flat=True))
    own_roles = {AuthorRole(row.author_role) for row in rows if row.user_id == user_id}
    roles = {
        role
        for role in own_roles
        if user_id is not None and still_speaks(user_id, role, course_id=question.course_id)
    }
    return AnswerRights(user_id, may_report, {pk for pk in reported if pk}, roles)


def still_speaks(user_id: int, role: AuthorRole, *, course_id: int) -> bool:
    """Whether an author is still what they were: the course's teacher, the school, or a student."""
    if role == AuthorRole.TEACHER:
        return teaching.teaches(user_id=user_id, course_id=course_id)
    is_staff = User.objects.filter(pk=user_id, is_staff=True, is_active=True)
    return role == AuthorRole.STUDENT or is_staff.exists()


def may_delete_question(question: Question, *, user_id: int | None) -> bool:
    """Whether it is the viewer's own, not hidden by staff, and answered by nobody else.

    One query for an own one.
    """
    if question.user_id != user_id or question.reason:
        return False
    return not question.answers.exclude(user=user_id).exists()


def may_report_question(question: Question, *, user_id: int | None) -> bool:
    """Of a shown question whose section the viewer learns: whether it is somebody else's, and new.

    One query for who is logged in.
    """
    if question.user_id == user_id:
        return False
    return user_id is None or not question.reports.filter(user=user_id).exists()


def learns(question: Question, *, user_id: int | None) -> bool:
    """Whether the viewer learns the section of a question. One query."""
    try:
        sections.learnable(section_id=question.section_id, user_id=user_id)
    except (SectionNotFound, NotEnrolled, Unauthenticated):
        return False
    return True
