"""优惠券, with the courses or categories that they are for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import Cell, Checked, id_cell
from luffy_api.apps.dashboard.imports.resources.catalogue import rank_cell, shown_cell
from luffy_api.apps.dashboard.imports.resources.discounts import ValueResource, ValueWidget
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.apps.promotion.coupon_rules import (
    PROMISED,
    PROMISED_SENTENCE,
    SCOPE_FIELDS,
    value_fits,
)
from luffy_api.apps.promotion.models import Claim, Coupon

# By the column that says more about a scope.
WANTED = {
    "course_type": "请填写课程类型",
    "course_kind": "请填写课程种类",
    "categories": "请填写分类",
    "courses": "请填写课程",
}
# Columns of several rows: the relation, and the attribute that holds them as a list.
LISTS = {"categories": "category_list", "courses": "course_list"}


class CouponResource(ValueResource):
    """优惠券. What students have of them is never touched."""

    part, label, model = "coupons", "优惠券", Coupon

    id = id_cell()
    name = Cell(
        "name", "优惠券名称", widgets.TextWidget(), required=True, aliases=["名称"], sample="新人券"
    )
    kind = Cell(
        "kind",
        "优惠方式",
        widgets.ChoiceWidget(Coupon.Kind),
        required=True,
        hint="满减、折扣、立减或一口价；有学员领取之后不能再改",
        sample="满减",
    )
    value = Cell(
        "value",
        "优惠值",
        ValueWidget(),
        required=True,
        hint="满减、立减填减去的金额（元）；折扣填 0.01 到 0.99、8 或 8折；一口价填每门课程的价格",
        sample="20",
    )
    threshold = Cell(
        "threshold",
        "满多少元可用",
        widgets.MoneyWidget(),
        aliases=["门槛"],
        hint="0 表示不限，默认 0；满减的门槛须高于减去的金额",
        sample="100",
    )
    scope = Cell(
        "scope",
        "适用范围",
        widgets.ChoiceWidget(Coupon.Scope),
        hint="全部课程、指定课程类型、指定课程种类、指定分类或指定课程，默认全部课程",
        sample="全部课程",
    )
    course_type = Cell(
        "course_type",
        "课程类型",
        widgets.NullChoiceWidget(Course.CourseType),
        clears=True,
        hint="付费、VIP专享或学位课程；适用范围是指定课程类型时必填",
    )
    course_kind = Cell(
        "course_kind",
        "课程种类",
        widgets.NullChoiceWidget(Course.Kind, without=[Course.Kind.FREE]),
        clears=True,
        hint="实战课或轻课；适用范围是指定课程种类时必填",
    )
    categories = Cell(
        "category_list",
        "分类",
        widgets.ReferencesWidget("分类"),
        name="categories",
        clears=True,
        hint="分类的名称或编号，一行一个，或用“、”分隔；适用范围是指定分类时必填",
    )
    courses = Cell(
        "course_list",
        "课程",
        widgets.ReferencesWidget("课程"),
        name="courses",
        clears=True,
        hint="课程的名称或编号，一行一个，或用“、”分隔；适用范围是指定课程时必填",
    )
    stacking = Cell(
        "stacking",
        "与限时优惠",
        widgets.ChoiceWidget(Coupon.Stacking),
        hint="照抄：" + "／".join(str(each.label) for each in Coupon.Stacking) + "；默认可以同享",
    )
    starts_at = Cell(
        "starts_at",
        "生效时间",
        widgets.MomentWidget(),
        required=True,
        hint="例如 2026-01-05 10:00",
        sample="2026-01-05 10:00",
    )
    ends_at = Cell(
        "ends_at", "失效时间", widgets.MomentWidget(), required=True, sample="2026-02-05 10:00"
    )
    claimable = Cell(
        "claimable",
        "学员可自己领取",
        widgets.YesNoWidget(),
        hint="是 或 否，默认是；否表示只能用兑换码领取",
    )
    total_limit = Cell(
        "total_limit",
        "领取总数",
        widgets.NullNumberWidget(),
        clears=True,
        hint="学员自己最多一共领多少张，留空表示不限",
    )
    per_student = Cell(
        "per_student", "每人限领", widgets.NumberWidget(), hint="1 到 20，默认 1", sample="1"
    )
    orders = rank_cell()
    is_show = shown_cell()

    def is_rate(self, instance: Coupon) -> bool:
        """折扣."""
        return instance.kind == Coupon.Kind.RATE

    def __init__(self, job: Any = None) -> None:
        super().__init__(job)
        self._claimed: set[int] = set()

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Courses and categories, too, and which coupons students have: seven queries."""
        super().prepare(rows)
        known = list(self._by_id.values())
        self._refer(
            known, {name: widgets.words_of([row.get(name, "") for row in rows]) for name in LISTS}
        )
        claims = Claim.objects.filter(coupon__in=known).order_by()
        self._claimed = set(claims.values_list("coupon_id", flat=True).distinct())

    def prepare_export(self, rows: Sequence[Any]) -> None:
        """Their courses and categories."""
        self._refer(rows, {name: set() for name in LISTS})

    def _refer(self, coupons: Sequence[Coupon], words: Mapping[str, set[str]]) -> None:
        tables: dict[str, QuerySet[Any]] = {
            "categories": CourseCategory.objects.not_deleted(),
            "courses": Course.objects.not_deleted().only("pk", "name"),
        }
        for name, living in tables.items():
            chosen = _chosen(coupons, name, living)
            for coupon in coupons:
                setattr(coupon, LISTS[name], chosen.get(coupon.pk, []))
            names = {row.name for rows in chosen.values() for row in rows}
            widget = self.fields[name].widget
            widget.references = References.load(living, words[name] | names)

    def init_instance(self, row: Any = None) -> Coupon:
        """For no category and no course."""
        coupon = Coupon()
        for attribute in LISTS.values():
            setattr(coupon, attribute, [])
        return coupon

    def rules(self, instance: Coupon) -> Iterable[tuple[str, str]]:
        """As the constraints of the table and the form have them."""
        yield from self._promises(instance)
        yield from self.unit_faults(is_rate=self.is_rate(instance))
        if instance.ends_at <= instance.starts_at:
            yield "ends_at", "失效时间必须晚于生效时间"
        if not value_fits(instance):
            yield "value", "优惠值与优惠方式不符：满减的门槛须高于减去的金额"
        column = SCOPE_FIELDS.get(Coupon.Scope(instance.scope), "")
        if column and getattr(instance, LISTS.get(column, column)) in (None, []):
            yield column, WANTED[column]
        limit, claimed = instance.total_limit, instance.claimed_count
        if limit is not None and limit < claimed:
            yield "total_limit", f"已经领取了 {claimed} 张，总数不能更少"

    def _promises(self, instance: Coupon) -> Iterable[tuple[str, str]]:
        if instance.pk not in self._claimed:
            return
        for cell, before in zip(self.cells, self._before, strict=True):
            if cell.column_name in PROMISED and cell.export(instance) != before:
                yield cell.column_name, PROMISED_SENTENCE

    def write(self, rows: Sequence[Checked]) -> None:
        """The coupons, then what they are for; what students take meanwhile is not written over."""
        for row in rows:
            coupon, changed = row.instance, self.changed_attributes([row])
            written = changed - set(LISTS.values())
            coupon.save(update_fields=None if row.is_new else {*written, "updated_time"})
            for name, attribute in LISTS.items():
                if attribute in changed:
                    getattr(coupon, name).set(getattr(coupon, attribute))


def _chosen(coupons: Sequence[Coupon], name: str, living: QuerySet[Any]) -> dict[int, list[Any]]:
    """What is not deleted of a list of each coupon, by primary key. Two queries."""
    relation: Any = Coupon._meta.get_field(name)
    table = relation.remote_field.through._default_manager
    column = f"{relation.m2m_reverse_field_name()}_id"
    chosen = table.filter(coupon__in=[coupon.pk for coupon in coupons]).order_by(column)
    pairs = list(chosen.values_list("coupon_id", column))
    rows = living.in_bulk({pk for _, pk in pairs})
    found: dict[int, list[Any]] = {}
    for coupon_id, pk in pairs:
        if pk in rows:
            found.setdefault(coupon_id, []).append(rows[pk])
    return found
