"""What a package is entered with, and what its courses cost within it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.promotion.models.packages import MAX_COURSES, MIN_COURSES
from luffy_api.apps.promotion.packages import PackageOffer

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Package]
else:
    BaseForm = forms.ModelForm


class PackageForm(BaseForm):
    """A draft may have any courses up to the limit; what is on sale needs some that are sold."""

    def clean(self) -> dict[str, Any]:
        """The number of courses is written with them."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "courses" not in cleaned:
            return cleaned
        chosen = list(cleaned["courses"])
        self.instance.course_count = len(chosen)
        if len(chosen) > MAX_COURSES:
            self.add_error("courses", f"一个套餐最多 {MAX_COURSES} 门课程")
        elif cleaned.get("status") != Package.Status.DRAFT and len(chosen) < MIN_COURSES:
            self.add_error("courses", f"一个套餐至少 {MIN_COURSES} 门课程")
        elif cleaned.get("status") == Package.Status.ON_SALE:
            self._check_sold(chosen)
        return cleaned

    def _check_sold(self, chosen: list[Course]) -> None:
        """Also asked of a package that is on sale already: nobody can buy it then."""
        ids = [course.pk for course in chosen]
        sold = set(Course.objects.on_sale().filter(pk__in=ids).values_list("pk", flat=True))
        if missing := [course.name for course in chosen if course.pk not in sold]:
            self.add_error("courses", f"没有上线、不能购买的课程：{'、'.join(missing)}")


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
    row = "<tr><td>{}</td><td>￥{}</td><td>￥{}</td><td>￥{}</td></tr>"
    total = (sum(line.sold.course.price for line in lines), offer.single_amount, offer.total_amount)
    return format_html(
        "<table><thead><tr><th>课程</th><th>原价</th><th>现价</th><th>套餐内价格</th></tr></thead>"
        "<tbody>{}</tbody><tfoot>{}</tfoot></table>{}",
        format_html_join("", row, cells),
        format_html(row, "合计", *total),
        format_html_join("", '<p class="errornote">{}</p>', ((each,) for each in warnings(offer))),
    )
