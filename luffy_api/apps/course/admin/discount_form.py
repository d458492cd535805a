"""What a discount is entered with, and what it does to the prices of its courses."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.course import pricing
from luffy_api.apps.course.discount_preview import discounted_courses, free_warning, overlaps
from luffy_api.apps.course.models import CourseDiscount
from luffy_api.common.admin_tables import small_table

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[CourseDiscount]
else:
    BaseForm = forms.ModelForm

# Courses that a page shows; an activity may have thousands.
SHOWN_COURSES = 20
# Other activities that a warning names.
NAMED_ACTIVITIES = 5


class ValueField(forms.DecimalField):
    """A number, with the word that it is spoken with or without: "8 折", "20 元"."""

    def __init__(self, help_text: str) -> None:
        digits = forms.TextInput(attrs={"inputmode": "decimal", "size": 10})
        super().__init__(
            label="优惠值", max_digits=8, decimal_places=2, widget=digits, help_text=help_text
        )

    def to_python(self, value: Any) -> Any:
        """Hook of Django."""
        if isinstance(value, str):
            value = value.strip().removesuffix("折").removesuffix("元").rstrip()
        return super().to_python(value)


def read_value(form: forms.BaseForm, *, is_rate: bool) -> None:
    """Refuse the unit of another kind; a rate is kept as the share of the price that is left."""
    typed = str(form.data.get(form.add_prefix("value"), ""))
    if fault := pricing.unit_fault(typed, is_rate=is_rate):
        form.add_error("value", fault)
    elif is_rate:
        _read_rate(form)


def _read_rate(form: forms.BaseForm) -> None:
    value = form.cleaned_data.get("value")
    if value is None:
        return
    try:
        form.cleaned_data["value"] = pricing.parse_rate(value)
    except ValueError:
        form.add_error("value", "请填几折，如 8、8.5，或者 0.01 到 0.99 之间的小数")


class DiscountForm(BaseForm):
    """A rate is typed as it is spoken: 8 for 八折."""

    value = ValueField(
        "限时折扣填几折，如 8 或 8.5（也可以填 0.80）；限时减免填减去的金额（元）；限时免费填 0"
    )

    def clean(self) -> dict[str, Any]:
        """A rate is kept as the share of the price that is left."""
        cleaned: dict[str, Any] = super().clean() or {}
        read_value(self, is_rate=cleaned.get("discount_type") == CourseDiscount.Type.RATE)
        return cleaned


def preview(discount: CourseDiscount) -> SafeString:
    """Some of its courses with both prices, and with other activities at the same time."""
    courses = discounted_courses(discount, limit=SHOWN_COURSES)
    if not courses:
        return SafeString("还没有参与的课程")
    rows = ((name, price, pricing.discounted(price, discount)) for name, price in courses)
    table = small_table(["课程", "原价", "活动价"], rows)
    if len(courses) == SHOWN_COURSES:
        table = format_html("{}<p>只列出前 {} 门课程。</p>", table, SHOWN_COURSES)
    for warning in filter(None, (free_warning(discount), overlap_warning(discount))):
        table = format_html("{}<p>{}</p>", table, warning)
    return table


def overlap_warning(discount: CourseDiscount) -> str:
    """In words, which other activities its courses take part in meanwhile; "" for none."""
    others = overlaps(discount) if discount.is_show else []
    if not others:
        return ""
    named = "、".join(f"「{name}」（{count} 门课程）" for name, count in others[:NAMED_ACTIVITIES])
    rest = f"等 {len(others)} 个活动" if len(others) > NAMED_ACTIVITIES else ""
    return f"部分课程同时参加{named}{rest}，成交时取最低的价格"
