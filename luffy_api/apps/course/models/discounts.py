"""Activities that reduce prices."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Self, cast

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from luffy_api.apps.course import pricing
from luffy_api.apps.course.models import derived
from luffy_api.apps.course.models.courses import Course
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet
from luffy_api.common.transactions import retry_deadlocks

_WHEN = frozenset({"is_show", "is_delete", "starts_at", "ends_at"})
_PRICE_FIELDS = _WHEN | {"discount_type", "value"}


def running_discount(now: datetime, path: str = "") -> Q:
    """The condition that the discount at `path` ("discounts__") is visible and applies at `now`."""
    return Q(
        **{f"{path}is_show": True, f"{path}is_delete": False},
        **{f"{path}starts_at__lte": now, f"{path}ends_at__gt": now},
    )


class CourseDiscountQuerySet(CatalogueQuerySet["CourseDiscount"]):
    """Discounts by when they apply."""

    def running(self, now: datetime) -> Self:
        """Visible discounts that apply at `now` (UTC), from `starts_at` until before `ends_at`."""
        return self.filter(running_discount(now))

    def due(self, now: datetime) -> Self:
        """Discounts that began or ended until `now` (UTC) and are not in all prices yet."""
        return self.filter(next_change_at__lte=now)

    def course_ids(self) -> list[int]:
        """Return the ids of all their courses."""
        pairs = Participation.objects.filter(
            coursediscount__in=list(self.values_list("pk", flat=True))
        )
        return sorted(set(pairs.values_list("course_id", flat=True)))

    def update(self, **kwargs: Any) -> int:
        """As Django's; the prices of the courses follow."""
        return derived.update(self, super().update, kwargs, _PRICE_FIELDS, _discounts_changed)

    def bulk_create(self, objs: Iterable["CourseDiscount"], *args: Any, **kwargs: Any) -> Any:
        """As Django's; they have no courses yet."""
        rows, now = list(objs), timezone.now()
        for row in rows:
            row.next_change_at = row.next_change(now)
        return super().bulk_create(rows, *args, **kwargs)

    @retry_deadlocks
    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's; the prices of the courses follow."""
        course_ids = self.course_ids()
        deleted = super().delete()
        derived.ids_changed(course_ids)
        return deleted

    # As Django's: not for the manager, where it would be everything.
    delete.queryset_only = True  # type: ignore[attr-defined]


def _discounts_changed(ids: list[int]) -> None:
    now = timezone.now()
    rows = CourseDiscount.objects.filter(pk__in=ids)
    for row in rows:
        row.schedule(now)
    derived.ids_changed(rows.course_ids())


class CourseDiscount(CatalogueModel):
    """An activity (优惠活动) that reduces the price of its courses for a time."""

    Type = pricing.DiscountType

    name = models.CharField("活动名称", max_length=64)
    discount_type = models.SmallIntegerField("优惠类型", choices=Type)
    value = models.DecimalField(
        "优惠值",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text=(
            "限时折扣填 0.01 到 0.99（八折填 0.80）；限时减免填减去的金额（元）；限时免费填 0"
        ),
    )
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    # When its beginning or end has to be brought into the prices of its courses (UTC).
    next_change_at = models.DateTimeField(null=True, editable=False, db_index=True)
    courses = models.ManyToManyField(
        Course,
        verbose_name="参与课程",
        related_name="discounts",
        db_table="luffy_course_discount_courses",
    )

    objects = CourseDiscountQuerySet.as_manager()

    class Meta:
        db_table = "luffy_course_discount"
        verbose_name = verbose_name_plural = "优惠活动"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(
                name="discount_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间必须晚于开始时间",
            ),
            models.CheckConstraint(
                name="discount_value_fits_type",
                condition=Q(discount_type=1, value=0)
                | Q(discount_type=2, value__gt=0, value__lt=1)
                | Q(discount_type=3, value__gt=0),
                violation_error_message="优惠值与优惠类型不符",
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="discount_running")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; the prices of its courses follow."""
        is_new = self._state.adding
        self.next_change_at = self.next_change(timezone.now())
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "next_change_at"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new and derived.is_written(_PRICE_FIELDS, kwargs.get("update_fields")):
                derived.ids_changed(CourseDiscount.objects.filter(pk=self.pk).course_ids())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row; the prices of its courses follow."""
        with transaction.atomic():
            course_ids = CourseDiscount.objects.filter(pk=self.pk).course_ids()
            deleted = super().delete(*args, **kwargs)
            derived.ids_changed(course_ids)
        return deleted

    def next_change(self, now: datetime) -> datetime | None:
        """When it begins or ends next after `now` (UTC); None for one that is over or not shown."""
        moments = [self.starts_at, self.ends_at] if self.is_show and not self.is_delete else []
        return next((moment for moment in moments if moment > now), None)

    def schedule(self, now: datetime) -> None:
        """Store when it begins or ends next."""
        self.next_change_at = self.next_change(now)
        CourseDiscount.objects.filter(pk=self.pk).update(next_change_at=self.next_change_at)


class ParticipationQuerySet(models.QuerySet[Any]):
    """Pairs of discount and course; every change of `CourseDiscount.courses` passes here."""

    @retry_deadlocks
    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """As Django's; the prices of the courses follow."""
        pairs = super().bulk_create(objs, *args, **kwargs)
        derived.ids_changed({pair.course_id for pair in pairs})
        return pairs

    @retry_deadlocks
    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's; the prices of the courses follow."""
        course_ids = set(self.values_list("course_id", flat=True))
        deleted = super().delete()
        derived.ids_changed(course_ids)
        return deleted

    delete.queryset_only = True  # type: ignore[attr-defined]


# The table behind `courses`. The managers of a ManyToManyField write by its default manager.
Participation = cast(Any, CourseDiscount.courses.through)
Participation._meta.default_manager_name = "participations"
Participation.add_to_class("participations", ParticipationQuerySet.as_manager())
