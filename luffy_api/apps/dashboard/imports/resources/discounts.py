"""优惠活动, with the courses that take part."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from luffy_api.apps.course import pricing
from luffy_api.apps.course.discount_preview import free_warning
from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import Cell, Checked, TableResource, id_cell
from luffy_api.apps.dashboard.imports.resources.catalogue import rank_cell, shown_cell
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.apps.dashboard.models import ImportRow

# 八折 is 0.80 of the price, 八五折 is written 8.5 or 85.
TENTHS = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)\s*折", re.ASCII)


NO_RATE = "折扣请填 8折、8.5折，或 0.01 到 0.99 之间的小数"


class ValueWidget(widgets.MoneyWidget):
    """An amount, or a rate: 0.8 or 8 折."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if match := TENTHS.fullmatch(unicodedata.normalize("NFKC", value)):
            try:
                return pricing.parse_rate(Decimal(match[1]))
            except ValueError:
                raise ValueError(f"“{value}”不是折扣，例如 8折、8.5折 或 0.85") from None
        if not widgets.AMOUNT.fullmatch(unicodedata.normalize("NFKC", value)):
            raise ValueError(f"“{value}”不是金额，也不是折扣：金额如 20，折扣如 8折 或 0.8")
        return super().clean(value)


class ValueResource(TableResource):
    """A table with such a column, whose unit has to be that of the kind."""

    _typed = ""

    def is_rate(self, instance: Any) -> bool:
        """Whether the kind of the row takes a rate."""
        raise NotImplementedError

    def import_instance(self, instance: Any, row: Mapping[str, str], **kwargs: Any) -> None:
        """Hook of django-import-export: what was typed is forgotten with its cell.

        A rate is read as the form reads it: 8 and 8.5 as they are spoken.
        """
        self._typed = unicodedata.normalize("NFKC", row.get("value", ""))
        super().import_instance(instance, row, **kwargs)
        if self._typed and not self._typed.endswith("元") and self.is_rate(instance):
            try:
                instance.value = pricing.parse_rate(instance.value)
            except ValueError:
                raise ValidationError({"value": f"“{self._typed}”：{NO_RATE}"}) from None

    def unit_faults(self, *, is_rate: bool) -> Iterable[tuple[str, str]]:
        """A sentence about a value whose unit belongs to another kind."""
        if fault := pricing.unit_fault(self._typed, is_rate=is_rate):
            yield "value", fault


class DiscountResource(ValueResource):
    """优惠活动."""

    part, label, model = "discounts", "优惠活动", CourseDiscount

    id = id_cell()
    name = Cell(
        "name", "活动名称", widgets.TextWidget(), required=True, aliases=["名称"], sample="新年八折"
    )
    discount_type = Cell(
        "discount_type",
        "优惠类型",
        widgets.ChoiceWidget(CourseDiscount.Type),
        required=True,
        hint="限时免费、限时折扣或限时减免",
        sample="限时折扣",
    )
    value = Cell(
        "value",
        "优惠值",
        ValueWidget(),
        hint="限时折扣填 0.01 到 0.99、8 或 8折；限时减免填减去的金额（元）；限时免费填 0",
        sample="0.8",
    )
    starts_at = Cell(
        "starts_at",
        "开始时间",
        widgets.MomentWidget(),
        required=True,
        hint="例如 2026-01-05 10:00",
        sample="2026-01-05 10:00",
    )
    ends_at = Cell(
        "ends_at", "结束时间", widgets.MomentWidget(), required=True, sample="2026-02-05 10:00"
    )
    courses = Cell(
        "course_list",
        "参与课程",
        widgets.ReferencesWidget("课程"),
        name="courses",
        clears=True,
        hint="课程的名称或编号，一行一个，或用“、”分隔",
    )
    orders = rank_cell()
    is_show = shown_cell()

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The courses, too, those of the discounts and those that are named."""
        super().prepare(rows)
        texts = [row.get("courses", "") for row in rows]
        self._refer(list(self._by_id.values()), texts)

    def prepare_export(self, rows: Sequence[Any]) -> None:
        """Their courses."""
        self._refer(rows, [])

    def _refer(self, discounts: Sequence[CourseDiscount], texts: Sequence[str]) -> None:
        words = widgets.words_of(texts)
        courses = {discount.pk: list(_courses_of(discount)) for discount in discounts}
        names = {course.name for each in courses.values() for course in each}
        living = Course.objects.not_deleted()
        self.fields["courses"].widget.references = References.load(living, words | names)
        for discount in discounts:
            discount.course_list = courses[discount.pk]  # type: ignore[attr-defined]

    def init_instance(self, row: Any = None) -> CourseDiscount:
        """Without courses."""
        discount = CourseDiscount()
        discount.course_list = []  # type: ignore[attr-defined]
        return discount

    def is_rate(self, instance: CourseDiscount) -> bool:
        """限时折扣."""
        return instance.discount_type == CourseDiscount.Type.RATE

    def rules(self, instance: CourseDiscount) -> Iterable[tuple[str, str]]:
        """As the constraints of the table have them."""
        if instance.ends_at <= instance.starts_at:
            yield "ends_at", "结束时间必须晚于开始时间"
        kinds = CourseDiscount.Type
        yield from self.unit_faults(is_rate=self.is_rate(instance))
        fits = {
            kinds.FREE: instance.value == 0,
            kinds.RATE: 0 < instance.value < 1,
            kinds.MINUS: instance.value > 0,
        }
        if not fits[kinds(instance.discount_type)]:
            yield "value", "优惠值与优惠类型不符"

    def warnings(self) -> list[str]:
        """Of activities that make courses free, five at most."""
        assert self.job is not None
        rows = self.job.rows.filter(part=self.part, state=ImportRow.State.APPLIED)
        ids = [pk for pk in rows.values_list("object_id", flat=True) if pk is not None]
        kind = CourseDiscount.objects.filter(pk__in=ids, discount_type=CourseDiscount.Type.MINUS)
        found = (f"{row.name}：{free_warning(row)}" for row in kind if free_warning(row))
        return list(islice(found, 5))

    def write(self, rows: Sequence[Checked]) -> None:
        """The discounts and their courses, whose prices follow."""
        heading = self.fields["courses"].heading
        for row in rows:
            row.instance.save()
            if any(change[0] == heading for change in row.changes):
                row.instance.courses.set(row.instance.course_list)


def _courses_of(discount: CourseDiscount) -> Iterable[Course]:
    return discount.courses.filter(is_delete=False).order_by("pk").only("pk", "name")
