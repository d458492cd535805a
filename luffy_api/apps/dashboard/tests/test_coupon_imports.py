"""Coupons come in and go out, and keep what students were promised."""

from decimal import Decimal

import pytest
from django.utils.dateparse import parse_datetime

from luffy_api.apps.dashboard.imports.kinds import KINDS
from luffy_api.apps.dashboard.models import Import
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import applied, changes, checked, errors, xlsx
from luffy_api.apps.promotion.models import Coupon
from luffy_api.tests.factories import CategoryFactory, ClaimFactory, CouponFactory, CourseFactory

pytestmark = pytest.mark.django_db

HEADINGS = [
    *("优惠券名称", "优惠方式", "优惠值", "满多少元可用", "适用范围", "课程类型"),
    *("分类", "课程", "生效时间", "失效时间", "领取总数", "每人限领"),
]
START, END = "2026-01-05 10:00", "2027/1/5 10:00"


def row(name, kind, value, *scope, threshold=None, limit=None, each=None, ends=END):
    scope = [*scope, None, None, None, None][:4]
    return [name, kind, value, threshold, *scope, START, ends, limit, each]


def test_coupons_of_every_kind_and_scope_come_in():
    python, web = CategoryFactory(name="Python"), CategoryFactory(name="前端、移动端")
    first, second = CourseFactory(name="爬虫"), CourseFactory(name="123")
    rows = [
        row("满百减二十", "满减", 20, threshold=100, limit=500, each=2),
        row("八五折", "折扣", "8.5折", "指定课程类型", "学位课程"),
        row("立减", "立减", "￥9.9", "指定分类", None, "Python\n前端、移动端"),
        row("九块九", "一口价", 9.9, "指定课程", None, None, f"爬虫；{second.pk}"),
    ]

    applied("coupons", xlsx(HEADINGS, *rows))

    found = {coupon.name: coupon for coupon in Coupon.objects.all()}
    assert [(each.kind, str(each.value), each.scope) for each in map(found.get, found)] == [
        (Coupon.Kind.PRICE, "9.90", Coupon.Scope.COURSE),
        (Coupon.Kind.MINUS, "9.90", Coupon.Scope.CATEGORY),
        (Coupon.Kind.RATE, "0.85", Coupon.Scope.COURSE_TYPE),
        (Coupon.Kind.THRESHOLD, "20.00", Coupon.Scope.ALL),
    ]
    assert set(found["九块九"].courses.all()) == {first, second}
    assert set(found["立减"].categories.all()) == {python, web}
    assert found["八五折"].course_type == 2
    assert (found["满百减二十"].total_limit, found["满百减二十"].per_student) == (500, 2)
    assert found["立减"].claimable
    assert found["立减"].stacking == Coupon.Stacking.WITH_DISCOUNT


@pytest.mark.any_database
def test_faults_of_coupons_are_told_by_cell():
    claimed = CouponFactory(name="已领", claimed_count=5)
    rows = [
        row("门槛", "满减", 100, threshold=100),
        row("折扣", "折扣", 10),
        row("方式", "打折", 8),
        row("类型", "立减", 1, "指定课程类型"),
        row("分类", "立减", 1, "指定分类"),
        row("课程", "立减", 1, "指定课程", None, None, "没有的课"),
        row("时间", "立减", 1, ends=START),
        row("每人", "立减", 1, each=21, limit=0),
        row(claimed.name, "立减", 20, limit=4),
        row("负数", "立减", -1),
        row("太大", "立减", 10**9),
        row("", "立减", 1),
    ]

    found = errors(checked("coupons", xlsx(HEADINGS, *rows)))

    assert {number: sorted(each) for number, each in found.items()} == {
        2: ["value"],
        3: ["value"],
        4: ["kind"],
        5: ["course_type"],
        6: ["categories"],
        7: ["courses"],
        8: ["ends_at"],
        9: ["per_student", "total_limit"],
        10: ["total_limit"],
        11: ["value"],
        12: ["value"],
        13: ["name"],
    }
    assert found[7]["courses"] == ["没有课程“没有的课”"]
    assert Coupon.objects.count() == 1


def test_what_students_were_promised_stays_and_the_rest_changes():
    coupon = ClaimFactory(coupon__name="新人券", coupon__claimed_count=1).coupon
    headings = ["编号", "优惠券名称", "优惠方式", "优惠值", "生效时间", "失效时间", "领取总数"]
    line = [coupon.pk, "新人券二", "立减", 20, START, END, 9]

    refused = checked("coupons", xlsx(headings, [*line[:3], 30, *line[4:]]))
    # Taken by a student after the dry run, before it is applied.
    Coupon.objects.filter(pk=coupon.pk).update(claimed_count=2)
    job = applied("coupons", xlsx(headings, line))

    assert errors(refused) == {2: {"value": ["已有学员领取，不能再改：可以隐藏它，另建一种"]}}
    assert [change[0] for change in changes(job)[2]] == [
        *("优惠券名称", "生效时间", "失效时间", "领取总数")
    ]
    coupon.refresh_from_db()
    assert (coupon.name, coupon.total_limit, coupon.claimed_count) == ("新人券二", 9, 2)
    assert coupon.value == Decimal(20)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_export_of_coupons_imports_again_without_a_change(admin_client, format):
    courses = [CourseFactory(name="同名"), CourseFactory(name="同名"), CourseFactory(name="a；b")]
    gone = CourseFactory(is_delete=True)
    scope = Coupon.Scope
    coupons = [
        CouponFactory(name="=1+1", scope=scope.COURSE, stacking=Coupon.Stacking.LOWER_OF_BOTH),
        CouponFactory(scope=scope.CATEGORY, kind=Coupon.Kind.RATE, value="0.85", total_limit=3),
        CouponFactory(scope=scope.COURSE_TYPE, course_type=0, claimable=False, is_show=False),
    ]
    coupons[0].courses.set([*courses, gone])
    coupons[1].categories.set([course.course_category for course in courses])
    ClaimFactory(coupon=coupons[1])
    CouponFactory(is_delete=True)

    job = checked("coupons", sheets.export(admin_client, "coupons", format))

    assert job.state == Import.State.READY, errors(job)
    assert (job.summary["same"], job.summary["total"]) == (3, 3), changes(job)


@pytest.mark.any_database
def test_a_moment_without_its_seconds_is_the_same_as_excel_saves_it():
    """Of a CSV, which shows minutes; a minute later is a change."""
    moments = ("2026-01-05T10:00:00+08:00", "2027-01-05T23:59:59+08:00")
    starts_at, ends_at = map(parse_datetime, moments)
    coupon = CouponFactory(name="年末", starts_at=starts_at, ends_at=ends_at)

    def sent(ends):
        line = [coupon.pk, "年末", coupon.get_kind_display(), coupon.value, START, ends]
        headings = ["编号", "优惠券名称", "优惠方式", "优惠值", "生效时间", "失效时间"]
        return xlsx(headings, line)

    same, other = (checked("coupons", sent(f"2027/1/5 23:{minute}")) for minute in (59, 58))

    assert (same.summary["same"], other.summary["same"]) == (1, 0)
    applied("coupons", sent("2027/1/5 23:59"))
    coupon.refresh_from_db()
    assert coupon.ends_at.second == 59


def test_a_batch_costs_the_same_queries_at_two_sizes(django_assert_num_queries):
    def asked(count):
        coupons = CouponFactory.create_batch(count, scope=Coupon.Scope.COURSE)
        for coupon in coupons:
            coupon.courses.set([CourseFactory()])
        rows = [{"id": str(coupon.pk), "name": coupon.name} for coupon in coupons]
        resource = KINDS["coupons"].parts[0]()
        with django_assert_num_queries(6):
            resource.prepare(rows)

    asked(1)
    asked(4)


@pytest.mark.any_database
def test_no_column_of_coupons_was_forgotten():
    others = {"id", "created_time", "updated_time", "is_delete", "claimed_count"}
    fields = [*Coupon._meta.concrete_fields, *Coupon._meta.many_to_many]

    columns = {cell.column_name for cell in KINDS["coupons"].parts[0]().cells}

    assert {field.name for field in fields} - others == columns - {"id"}


@pytest.mark.any_database
def test_a_coupon_for_a_kind_of_courses_comes_in_and_free_ones_are_refused_by_their_name():
    headings = [*HEADINGS[:5], "课程种类", "生效时间", "失效时间"]
    lines = [
        [f"券{kind}", "立减", 1, None, "指定课程种类", kind, START, END]
        for kind in ("轻课", "免费课")
    ]

    found = errors(checked("coupons", xlsx(headings, *lines)))

    assert found == {3: {"course_kind": ["“免费课”不在可选值中：实战课、轻课"]}}
    applied("coupons", xlsx(headings, lines[0]))
    assert Coupon.objects.get().get_course_kind_display() == "轻课"
