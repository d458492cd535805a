"""What a package is entered with, and what its courses cost within it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.promotion.models.packages import MAX_COURSES, MIN_COURSES
from luffy_api.apps.promotion.packages import PackageOffer
from luffy_api.common.admin_tables import small_table

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Package]
else:
    BaseForm = forms.ModelForm


class PackageForm(BaseForm):
    """A draft may have any courses up to the limit; what is on sale needs some that are sold.

    The courses of a path are entered in its rows, see `path_steps`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "courses" not in self.fields:
            return
        self.fields["courses"].required = False
        # Those of a path are in its rows: what others have changed there is asked about there. A
        # package that stops being one keeps them; its page has the field afterwards.
        self.fields["courses"].disabled = bool(self.instance.pk and self.instance.is_path)

    def clean(self) -> dict[str, Any]:
        """The number of courses is written with them."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_path", self.instance.is_path):
            package: Any = self.instance
            package.entered_courses = list(cleaned.get("courses", []))
            # Of a new one until its rows are counted, which are read after this form.
            self.instance.course_count = max(self.instance.course_count, MIN_COURSES)
            return cleaned
        if "courses" not in cleaned:
            return cleaned
        chosen, status = list(cleaned["courses"]), cleaned.get("status")
        self.instance.course_count = len(chosen)
        if not chosen:
            self.add_error("courses", "请选择课程；学位课程请勾选“学位课程”，在下面按阶段填写")
        elif error := number_error(chosen, status) or sold_error(chosen, status):
            self.add_error("courses", error)
        return cleaned


def number_error(chosen: Sequence[Course], status: Any) -> str:
    """Why a package in a state cannot have so many courses, in Chinese; blank if it can."""
    if len(chosen) > MAX_COURSES:
        return f"一个套餐最多 {MAX_COURSES} 门课程"
    if status != Package.Status.DRAFT and len(chosen) < MIN_COURSES:
        return f"一个套餐至少 {MIN_COURSES} 门课程"
    return ""


def sold_error(chosen: Sequence[Course], status: Any) -> str:
    """Also asked of a package that is on sale already: nobody can buy it then."""
    if status != Package.Status.ON_SALE:
        return ""
    ids = [course.pk for course in chosen]
    sold = set(Course.objects.on_sale().filter(pk__in=ids).values_list("pk", flat=True))
    missing = [course.name for course in chosen if course.pk not in sold]
    return f"没有上线、不能购买的课程：{'、'.join(missing)}" if missing else ""


def warnings(offer: PackageOffer) -> list[str]:
    """What staff may not have meant, in Chinese."""
    free = [line.sold.course.name for line in offer.lines if not line.share]
    found = {
        offer.why: bool(offer.missing) and offer.package.status == Package.Status.ON_SALE,
        f"套餐价不低于单课现价合计 ￥{offer.single_amount}，学员只按单课现价付款": (
            bool(offer.lines) and not offer.missing and not offer.is_cheaper
        ),
        f"套餐中有现在免费的课程：{'、'.join(free)}；学员要先免费加入，才能购买套餐": bool(free),
    }
    return [sentence for sentence, stands in found.items() if stands]


def price_table(package: Package) -> SafeString:
    """What each course costs alone and within the package, for somebody who has none of them."""
    offer = packages.offer_of(package)
    if not offer.lines:
        return SafeString("没有可以购买的课程")
    lines = [*offer.lines]
    cells = (
        (line.sold.course.name, line.sold.course.price, line.sold.offer.real_price, line.share)
        for line in lines
    )
    total = (sum(line.sold.course.price for line in lines), offer.single_amount, offer.total_amount)
    headings = ["课程", "原价", "现价", "套餐内价格"]
    return format_html(
        "{}{}",
        small_table(headings, cells, total=["合计", *total]),
        format_html_join("", '<p class="errornote">{}</p>', ((each,) for each in warnings(offer))),
    )
