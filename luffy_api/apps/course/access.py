"""Entitlement: who has access to a course and its sections; players, texts and files ask here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, cast

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from luffy_api.apps.course.exceptions import (
    AuthenticationRequired,
    CourseNotFound,
    NotEnrolled,
    SectionNotFound,
)
from luffy_api.apps.course.models import (
    Course,
    CourseChapter,
    CourseQuerySet,
    CourseSection,
    Enrollment,
)
from luffy_api.apps.course.models.courses import visible_course
from luffy_api.apps.user.models import User
from luffy_api.common import replica
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Access(TypedDict):
        owned: bool

    CourseWithAccess: TypeAlias = WithAnnotations[Course, _Access]
    SectionWithAccess: TypeAlias = WithAnnotations[CourseSection, _Access]
else:
    CourseWithAccess, SectionWithAccess = Course, CourseSection


def _has_course(user_id: int | None, *, path: str = "pk") -> Exists | Value:
    """Whether the user (None for a visitor) has the course at the end of `path`."""
    if user_id is None:
        return Value(False)
    return Exists(Enrollment.objects.entitling(user_id).filter(course=OuterRef(path)))


def _seen_by_staff(user_id: int, *, path: str = "") -> Q:
    """The condition that the user is staff, who see each course at `path` but the deleted ones.

    Those with the right to see courses in the back office, which a teacher does not have.
    """
    staff = User.objects.filter(pk=user_id, is_staff=True, is_active=True).filter(
        Q(is_superuser=True) | _has_right("group__user") | _has_right("user")
    )
    return Q(Exists(staff), **{f"{path}is_delete": False})


def _has_right(path: str) -> Exists:
    """Whether the user of the outer query has the right, by the way `path` from permissions."""
    right = Permission.objects.filter(content_type__app_label="course", codename="view_course")
    return Exists(right.filter(**{path: OuterRef("pk")}))


def courses_visible_to(user_id: int | None) -> CourseQuerySet:
    """Return what this user may see: the visible courses, and others that they have.

    Staff see drafts and withdrawn courses, too.
    """
    if user_id is None:
        return Course.objects.visible()
    courses = Course.objects.using(replica.PRIMARY)
    return courses.filter(visible_course() | _has_course(user_id) | _seen_by_staff(user_id))


def require_visible(*, course_id: int, user_id: int | None) -> None:
    """Raise CourseNotFound unless this user may see the course. One query."""
    if not courses_visible_to(user_id).filter(pk=course_id).exists():
        raise CourseNotFound


def with_access(courses: CourseQuerySet, *, user_id: int | None) -> QuerySet[CourseWithAccess]:
    """Annotate `owned`: whether this user has the course."""
    annotated = courses.annotate(owned=_has_course(user_id))
    return cast(QuerySet[CourseWithAccess], annotated)


def chapters_visible_to(user_id: int | None) -> CatalogueQuerySet[CourseChapter]:
    """Return the visible chapters of the courses that this user may see."""
    of_course = visible_course("course__")
    chapters = CourseChapter.objects.visible()
    if user_id is not None:
        of_course |= Q(_has_course(user_id, path="course"))
        of_course |= _seen_by_staff(user_id, path="course__")
        chapters = chapters.using(replica.PRIMARY)
    return chapters.filter(of_course)


def sections_visible_to(user_id: int | None) -> QuerySet[SectionWithAccess]:
    """Return the visible sections of the courses that this user may see; annotate `owned`.

    The course is joined: asked for in a subquery, SQLite reads the whole catalogue.
    """
    sections = CourseSection.objects.visible().annotate(
        owned=_has_course(user_id, path="chapter__course")
    )
    visible = visible_course("chapter__course__") | Q(owned=True)
    if user_id is not None:
        visible |= _seen_by_staff(user_id, path="chapter__course__")
    return cast(QuerySet[SectionWithAccess], sections.filter(visible))


class WatchableSections:
    """Finds a section for a viewer in one query, whose SQL is made once per process.

    `select` may leave out columns and add those of related rows. Players ask for each segment of a
    video: 33 times a second with 200 viewers.
    """

    def __init__(
        self, select: Callable[[QuerySet[SectionWithAccess]], QuerySet[SectionWithAccess]]
    ) -> None:
        def build(section_id: int, user_id: int | None = None) -> QuerySet[SectionWithAccess]:
            return select(sections_visible_to(user_id).filter(pk=section_id).order_by())

        self._select = select
        self._for_visitor = PreparedQuery(build, int)
        self._for_viewer = PreparedQuery(build, int, int)

    def get(self, *, section_id: int, user_id: int | None) -> SectionWithAccess:
        """Return the section, if this viewer (None for a visitor) has access to it now.

        Everybody has access to a free trial, and to all else who has the course. Raises
        SectionNotFound, AuthenticationRequired, NotEnrolled.
        """
        section: SectionWithAccess | None
        if user_id is None:
            section = self._for_visitor.first(section_id)
        else:
            section = self._for_viewer.first(section_id, user_id)
        if section is None:
            raise SectionNotFound
        if not section.free_trail:
            _require(bool(section.owned), user_id)
        return section

    def get_in_preview(self, *, section_id: int, course_id: int | None = None) -> SectionWithAccess:
        """Return the section for who holds a link to a preview of its course. One query.

        Once the course is on sale, a link opens no more than visitors may. Raises SectionNotFound,
        also for a section of another course than `course_id`; NotEnrolled.
        """
        sections = self._select(_sections_in_preview().filter(pk=section_id).order_by())
        if course_id is not None:
            sections = sections.filter(chapter__course=course_id)
        section: Any = sections.first()
        if section is None:
            raise SectionNotFound
        if section.is_on_sale and not section.free_trail:
            raise NotEnrolled
        found: SectionWithAccess = section
        return found


def _sections_in_preview() -> QuerySet[SectionWithAccess]:
    on_sale = Course.objects.on_sale().filter(pk=OuterRef("chapter__course_id"))
    sections = CourseSection.objects.using(replica.PRIMARY).visible()
    rows = sections.filter(chapter__course__is_delete=False).annotate(
        owned=Value(False), is_on_sale=Exists(on_sale)
    )
    return cast(QuerySet[SectionWithAccess], rows)


WHOLE_SECTIONS = WatchableSections(lambda sections: sections)


def watchable_section(*, section_id: int, user_id: int | None) -> SectionWithAccess:
    """Return the whole row, as `WatchableSections.get` finds it."""
    return WHOLE_SECTIONS.get(section_id=section_id, user_id=user_id)


def owned_course(*, course_id: int, user_id: int | None) -> Course:
    """Return the course, if this user has it. One query.

    Raises CourseNotFound, AuthenticationRequired, NotEnrolled.
    """
    courses = with_access(courses_visible_to(user_id), user_id=user_id)
    course = courses.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    _require(course.owned, user_id)
    return course


def require_enrollment(*, course_id: int, user_id: int) -> None:
    """Raise NotEnrolled unless the user has the course. One query."""
    _require(Enrollment.objects.entitling(user_id).filter(course=course_id).exists(), user_id)


def _require(owned: bool, user_id: int | None) -> None:
    if user_id is None:
        raise AuthenticationRequired
    if not owned:
        raise NotEnrolled
