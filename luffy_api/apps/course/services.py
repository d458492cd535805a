"""Writes of the catalogue and of what students do with it."""

import nh3
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from luffy_api.apps.course import selectors
from luffy_api.apps.course.exceptions import CourseNotFound, NotFree, NotOnSale
from luffy_api.apps.course.models import Course, CourseSection, Enrollment
from luffy_api.common.transactions import retry_deadlocks

DETAIL_TAGS = {"h3", "h4", "p", "ul", "ol", "li", "strong", "em", "br", "blockquote", "code", "pre"}


def sanitised_detail(html: str) -> str:
    """The HTML that a course page may show: text structure only, no links, images or scripts."""
    return nh3.clean(html, tags=DETAIL_TAGS, attributes={})


def recount_sections(course_id: int) -> None:
    """Writes how many sections a course has, how many students can study now, and their length."""
    living = CourseSection.objects.alive().filter(
        chapter__course_id=course_id, chapter__is_delete=False
    )
    shown = CourseSection.objects.visible().filter(chapter__course_id=course_id).playable()
    length = shown.aggregate(seconds=Sum("duration"))["seconds"] or 0
    Course.objects.filter(pk=course_id).update(
        sections=living.count(),
        pub_sections=shown.count(),
        length=length,
        updated_time=timezone.now(),
    )


@retry_deadlocks
@transaction.atomic
def enroll(
    *, user_id: int, course_id: int, source: Enrollment.Source, out_trade_no: str = ""
) -> bool:
    """Gives the right to a course and counts the student; False if the user had it already.

    The course is locked before the right is written: the foreign key would share that lock among
    many students, who then all wait for each other when they count themselves (MariaDB: 1213).
    """
    Course.objects.select_for_update().filter(pk=course_id).values("pk").first()
    _, created = Enrollment.objects.get_or_create(
        user_id=user_id,
        course_id=course_id,
        defaults={"source": source, "out_trade_no": out_trade_no},
    )
    if created:
        Course.objects.filter(pk=course_id).update(students=F("students") + 1)
    return created


@retry_deadlocks
@transaction.atomic
def end_enrollments(*, out_trade_no: str) -> int:
    """Takes back what an order gave; how many courses that were. What else gave them stays."""
    given = Enrollment.objects.filter(source=Enrollment.Source.ORDER, out_trade_no=out_trade_no)
    ended = 0
    for course_id in list(given.order_by("course_id").values_list("course_id", flat=True)):
        Course.objects.select_for_update().filter(pk=course_id).values("pk").first()
        deleted, _ = given.filter(course_id=course_id).delete()
        if deleted:
            fewer = Greatest(F("students"), 1) - 1
            Course.objects.filter(pk=course_id).update(students=fewer)
        ended += bool(deleted)
    return ended


def join_free_course(*, user_id: int, course_id: int) -> bool:
    """Joins a course whose real price is 0 now.

    Raises CourseNotFound, NotOnSale, NotFree. Joining twice is fine.
    """
    course = Course.objects.visible_to(user_id).with_owned(user_id).filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if course.owned:
        return False
    if course.status != Course.Status.ONLINE:
        raise NotOnSale
    selectors.attach_offers([course])
    if course.offer.real_price > 0:
        raise NotFree
    return enroll(user_id=user_id, course_id=course_id, source=Enrollment.Source.FREE)
