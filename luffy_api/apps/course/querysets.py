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
    from luffy_api.apps.course.models import (  # noqa: F401
        Course,
        CourseDiscount,
        CourseSection,
        Enrollment,
    )


VISIBLE_COURSE = Q(
    is_show=True, is_delete=False, course_category__is_show=True, course_category__is_delete=False
)


class CourseQuerySet(CatalogueQuerySet["Course"]):
    """Courses."""

    def visible(self) -> Self:
        """What students may see; a course in a hidden category is hidden with it."""
        return self.filter(VISIBLE_COURSE)

    def visible_to(self, user_id: int | None) -> Self:
        """What this student may see: a course that was paid for stays open to its owner."""
        if user_id is None:
            return self.visible()
        return self.filter(VISIBLE_COURSE | Exists(self._enrollments(user_id)))

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
        discounts = self._related("discounts").objects.running(now)
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

    def _enrollments(self, user_id: int) -> QuerySet[Enrollment]:
        enrollments: QuerySet[Enrollment] = self._related("enrollments").objects.all()
        return enrollments.filter(course=OuterRef("pk"), user_id=user_id)

    def _related(self, field: str) -> Any:
        # The model module imports this one, so related models are asked of the model itself.
        return self.model._meta.get_field(field).related_model


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

    def with_conversion(self) -> Self:
        """Annotates `conversion`: how far that of the present film is, in percent, or None."""
        job: Any = self.model._meta.get_field("jobs").related_model
        jobs = job.objects.filter(section=OuterRef("pk"), source=OuterRef("video"))
        return self.annotate(conversion=Subquery(jobs.values("progress")[:1]))

    def in_order(self) -> Self:
        """By chapter, then by rank."""
        return self.order_by("chapter__chapter", "chapter_id", "orders", "id")


class CourseDiscountQuerySet(CatalogueQuerySet["CourseDiscount"]):
    """Discounts."""

    def running(self, now: datetime) -> Self:
        """Shown, begun and not ended at `now` (UTC)."""
        return self.visible().filter(starts_at__lte=now, ends_at__gt=now)
