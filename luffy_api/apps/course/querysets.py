"""Who may see and buy which courses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from luffy_api.apps.course.pricing import ZERO, DiscountType
from luffy_api.common.models import CatalogueQuerySet

if TYPE_CHECKING:
    pass


def visible_course(path: str = "") -> Q:
    """What students may see; `path` leads to the course (`chapter__course__`)."""
    shown = {"is_show": True, "is_delete": False}
    return Q(
        **{f"{path}{field}": value for field, value in shown.items()},
        **{f"{path}course_category__{field}": value for field, value in shown.items()},
    )


class CourseQuerySet(CatalogueQuerySet["Course"]):
    """Courses."""

    def visible(self) -> Self:
        """What students may see; a course in a hidden category is hidden with it."""
        return self.filter(visible_course())

    def visible_to(self, user_id: int | None) -> Self:
        """What this student may see: a course that was paid for stays open to its owner."""
        if user_id is None:
            return self.visible()
        return self.filter(visible_course() | Exists(self._enrollments(user_id)))

    def on_shelf(self) -> Self:
        """Listed in the shop: on sale, or announced."""
        return self.visible().exclude(status=self.model.Status.OFFLINE)

    def on_sale(self) -> Self:
        """Can be bought or joined right now."""
        return self.visible().filter(status=self.model.Status.ONLINE)

    def for_card(self) -> Self:
        """With the rows that a card shows."""
        return self.select_related("teacher", "course_category")

    def with_owned(self, user_id: int | None) -> Self:
        """Annotates `owned`: whether this user has the course."""
        if user_id is None:
            return self.annotate(owned=Value(False))
        return self.annotate(owned=Exists(self._enrollments(user_id)))

    def with_real_price(self, now: datetime) -> Self:
        """Annotates `sort_price`: what pricing.best_offer will say, for ordering only."""
        discounts = _related(self.model, "discounts").objects.running(now)
        price = OuterRef("price")
        each = Case(
            When(discount_type=DiscountType.FREE, then=Value(ZERO)),
            When(discount_type=DiscountType.RATE, then=F("value") * price),
            default=Greatest(price - F("value"), Value(ZERO)),
            output_field=DecimalField(max_digits=12, decimal_places=4),
        )
        lowest = (
            discounts.filter(courses=OuterRef("pk"))
            .order_by()
            .values("courses")
            .annotate(lowest=Min(each))
            .values("lowest")
        )
        return self.annotate(sort_price=Least(F("price"), Coalesce(Subquery(lowest), F("price"))))

    def _enrollments(self, user_id: int) -> EnrollmentQuerySet:
        mine: EnrollmentQuerySet = _related(self.model, "enrollments").objects.rights_of(user_id)
        return mine.filter(course=OuterRef("pk"))


class CourseSectionQuerySet(CatalogueQuerySet["CourseSection"]):
    """Sections."""

    def visible(self) -> Self:
        """A section of a hidden chapter is hidden."""
        return super().visible().filter(chapter__is_show=True, chapter__is_delete=False)

    def playable(self) -> Self:
        """Videos that can be watched right now; of other sections, those with a text."""
        video = Q(section_type=self.model.SectionType.VIDEO)
        film = ~Q(hls="") | (~Q(video="") & Q(video_plays=True))
        return self.filter((video & film) | (~video & ~Q(content="")))

    def visible_to(self, user_id: int | None) -> Self:
        """What this student may see, like courses; annotates `owned`.

        The course is joined: asked for in a subquery, SQLite reads the whole catalogue.
        """
        shown = visible_course("chapter__course__") | Q(owned=True)
        return self.visible().with_owned(user_id).filter(shown)

    def with_owned(self, user_id: int | None) -> Self:
        """Annotates `owned`: whether this user has the course."""
        if user_id is None:
            return self.annotate(owned=Value(False))
        enrollments = _related(self.model, "chapter", "course", "enrollments").objects
        mine = enrollments.rights_of(user_id).filter(course=OuterRef("chapter__course"))
        return self.annotate(owned=Exists(mine))

    def in_order(self) -> Self:
        """By chapter, then by rank."""
        return self.order_by("chapter__chapter", "chapter_id", "orders", "id")


class EnrollmentQuerySet(QuerySet["Enrollment"]):
    """Rights to courses."""

    def rights_of(self, user_id: int) -> Self:
        """What this user may use now: an account that was closed may use nothing."""
        return self.filter(user_id=user_id, user__is_active=True)


class CourseDiscountQuerySet(CatalogueQuerySet["CourseDiscount"]):
    """Discounts."""

    def running(self, now: datetime) -> Self:
        """Shown, begun and not ended at `now` (UTC)."""
        return self.visible().filter(starts_at__lte=now, ends_at__gt=now)


def _related(model: Any, *fields: str) -> Any:
    """The model at the end of these fields: the models' module imports this one."""
    for field in fields:
        model = model._meta.get_field(field).related_model
    return model
