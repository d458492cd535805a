"""Students rate courses that they have or had; staff hide, show and answer ratings.

Each write locks the student first, then the course, so that the numbers of a course are those of
its ratings, and two requests of one student are one after the other.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.community import posting, rating_counts
from luffy_api.apps.community.exceptions import RatingHidden, RatingNotFound
from luffy_api.apps.community.locks import lock_rating
from luffy_api.apps.community.models import Rating
from luffy_api.apps.course import access
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.course.locks import lock_courses, lock_writer
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.inbox import notifications
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

State = Rating.State
# So long what corrects an answer, or takes its place, is no news.
TOLD_AGAIN = timedelta(days=1)


def may_rate(*, user_id: int, course_id: int) -> bool:
    """Whether the student has the course, had it until it has run out, or has rated it already.

    Who gave it back, by a refund or by leaving, or lost a gift, rates it no more; what was written
    before stays and may be changed. Two queries at most, which find nothing for a number that no
    key can be: `course__id` is compared as an integer, `course` is not.
    """
    grants = EnrollmentGrant.objects.not_given_back()
    if grants.filter(user=user_id, course__id=course_id).exists():
        return True
    return Rating.objects.filter(user=user_id, course__id=course_id).exists()


@retry_deadlocks
@transaction.atomic
def rate(*, user_id: int, course_id: int, stars: int, text: str) -> Rating:
    """Write or change the student's rating. Raises NotEnrolled, CourseNotFound, LinksRefused.

    With a word of the filter in it, or after staff have hidden it, it waits for staff.
    """
    lock_writer(user_id)
    if not may_rate(user_id=user_id, course_id=course_id):
        access.require_visible(course_id=course_id, user_id=user_id)
        raise NotEnrolled
    lock_courses([course_id])
    row = Rating.objects.filter(user=user_id, course=course_id).first()
    before = _counted(row)
    if row is None:
        row = Rating(user_id=user_id, course_id=course_id)
    elif (row.stars, row.text) != (stars, text):
        row.edited_at = timezone.now()
    else:
        return row
    posting.require_no_links(user_id=user_id, text=text)
    row.stars, row.text = stars, text
    row.state = posting.state_of(text, user_id=user_id, reason=row.reason)
    row.save()
    _count(course_id, before, _counted(row))
    return row


@retry_deadlocks
@transaction.atomic
def withdraw(*, user_id: int, course_id: int) -> None:
    """Delete the student's own rating. Raises RatingNotFound, RatingHidden."""
    lock_writer(user_id)
    rows = Rating.objects.filter(user=user_id, course__id=course_id)
    if rows.exists():
        lock_courses([course_id])
    row = rows.first()
    if row is None:
        raise RatingNotFound
    if row.reason:
        raise RatingHidden
    row.delete()
    _count(course_id, _counted(row), None)


def erase(user_id: int) -> None:
    """Delete everything that a student has rated, in the transaction that closes the account."""
    rows = Rating.objects.filter(user=user_id)
    course_ids = list(rows.values_list("course", flat=True))
    lock_courses(course_ids)
    for row in rows.filter(course__in=course_ids):
        row.delete()
        _count(row.course_id, _counted(row), None)


@retry_deadlocks
@transaction.atomic
def hide(*, rating_id: int, reason: str, staff_id: int) -> None:
    """Take a rating off the site; it counts no more. Raises RatingNotFound."""
    row = _locked(rating_id)
    _move(row, State.HIDDEN, reason)
    audit_log.log_change(row, user_id=staff_id, message=f"隐藏评价，原因：{reason}")


@retry_deadlocks
@transaction.atomic
def show(*, rating_id: int, staff_id: int) -> bool:
    """Show a rating to everybody; return False if it was shown. Raises RatingNotFound."""
    row = _locked(rating_id)
    if row.state == State.SHOWN:
        return False
    _move(row, State.SHOWN, "")
    audit_log.log_change(row, user_id=staff_id, message="展示评价")
    return True


@retry_deadlocks
@transaction.atomic
def answer(*, rating_id: int, text: str, staff_id: int) -> None:
    """Answer a rating under it; an empty text takes the answer away. Raises RatingNotFound.

    The student is told of it, and of another answer in its place a day later at the earliest.
    """
    row = _locked(rating_id)
    now, is_new = timezone.now(), bool(text) and text != row.answer
    row.answer = text
    row.answered_by_id = staff_id if text else None
    row.answered_at = now if text else None
    if is_new and (row.answer_told_at is None or now - row.answer_told_at >= TOLD_AGAIN):
        _tell(row, now)
    row.save(
        update_fields=["answer", "answered_by", "answered_at", "answer_told_at", "updated_time"]
    )
    audit_log.log_change(row, user_id=staff_id, message="回复评价" if text else "删除评价的回复")


def _tell(row: Rating, now: datetime) -> None:
    row.answer_told_at = now
    course = row.course.name
    notice = Notice(
        user_id=row.user_id,
        kind=Kind.RATING_ANSWERED,
        title="学校回复了您的评价",
        text=f"您对课程《{course}》的评价有了回复，请到课程页的“学员评价”查看。",
        link=f"/course/{row.course_id}#ratings",
        parameters={"course": course},
        sender_id=row.answered_by_id,
        submission=uuid5(NAMESPACE_URL, f"luffy:rating:{row.pk}:{now.isoformat()}"),
    )
    notifications.notify(notice)


def _locked(rating_id: int) -> Rating:
    """The rating under the lock of its course. Raises RatingNotFound."""
    row = lock_rating(rating_id)
    if row is None:
        raise RatingNotFound
    return row


def _move(row: Rating, state: State, reason: str) -> None:
    before = _counted(row)
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "updated_time"])
    _count(row.course_id, before, _counted(row))


def _counted(row: Rating | None) -> int | None:
    """The stars that a rating counts with."""
    return row.stars if row is not None and row.state == State.SHOWN else None


def _count(course_id: int, before: int | None, after: int | None) -> None:
    if before == after:
        return
    gone = [(before, -1)] if before else []
    come = [(after, 1)] if after else []
    rating_counts.change(course_id, [*gone, *come])
