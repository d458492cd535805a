"""What a coupon is entered with, and what it does to prices."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.course.admin.discount_form import ValueField, read_value
from luffy_api.apps.promotion import selectors
from luffy_api.apps.promotion.coupon_rules import PROMISED, PROMISED_SENTENCE, SCOPE_FIELDS
from luffy_api.apps.promotion.models import Coupon
from luffy_api.common.admin_tables import small_table

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Coupon]
else:
    BaseForm = forms.ModelForm

SHOWN_COURSES = 20
# By the field that says more about a scope.
WANTED = {
    "course_type": "请选择课程类型",
    "course_kind": "请选择课程种类",
    "categories": "请选择分类",
    "courses": "请选择课程",
}


class CouponForm(BaseForm):
    """A rate is typed as it is spoken: 8 for 八折."""

    value = ValueField(
        "满减、立减填减去的金额（元）；折扣填几折，如 8 或 8.5；一口价填每门课程的价格（元）"
    )

    def clean(self) -> dict[str, Any]:
        """A rate is kept as the share of the price that is left."""
        cleaned: dict[str, Any] = super().clean() or {}
        read_value(self, is_rate=cleaned.get("kind") == Coupon.Kind.RATE)
        name = SCOPE_FIELDS.get(cleaned.get("scope", 0), "")
        if name in cleaned and not _some(cleaned[name]):
            self.add_error(name, WANTED[name])
        self._check_limit(cleaned.get("total_limit"))
        self._check_promises(cleaned)
        return cleaned

    def _check_promises(self, cleaned: dict[str, Any]) -> None:
        """The form has the lock of the row; claims are made with it."""
        if self.instance.pk is None or not self.instance.claims.exists():
            return
        for name in PROMISED:
            if name in cleaned and cleaned[name] != self.initial[name]:
                self.add_error(name, PROMISED_SENTENCE)

    def _check_limit(self, limit: int | None) -> None:
        """The form has the lock of the row, so nobody takes one before it is saved."""
        known = Coupon.objects.filter(pk=self.instance.pk).values_list("claimed_count", flat=True)
        claimed = known.first() or 0
        if limit is not None and limit < claimed:
            self.add_error("total_limit", f"已经领取了 {claimed} 张，总数不能更少")


def _some(value: Any) -> bool:
    return value.exists() if isinstance(value, QuerySet) else value is not None


def price_table(coupon: Coupon) -> SafeString:
    """Some courses that it is for, each by itself: price now, and price with the coupon."""
    rows = selectors.preview(coupon, limit=SHOWN_COURSES)
    if not rows:
        return SafeString("没有在售的课程可以使用")
    cells = ((row.name, row.real_price, row.why or row.total) for row in rows)
    table = small_table(["课程", "现价", "用券后"], cells)
    if len(rows) == SHOWN_COURSES:
        table = format_html("{}<p>只列出前 {} 门课程。</p>", table, SHOWN_COURSES)
    return table
