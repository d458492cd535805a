"""优惠活动 in the back office: rates as they are spoken, prices before anybody sees them."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localtime

from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.apps.dashboard.tests.sheets import applied, xlsx
from luffy_api.tests.back_office import page, said, save, table_cells
from luffy_api.tests.factories import CouponFactory, CourseFactory, DiscountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def fields(**more: Any) -> dict[str, Any]:
    """What a browser sends, for the day that begins now."""
    now = localtime(timezone.now())
    moments = {"starts_at": now, "ends_at": now + timedelta(days=1)}
    times = {
        f"{name}_{number}": f"{moment:{text}}"
        for name, moment in moments.items()
        for number, text in enumerate(("%Y-%m-%d", "%H:%M:%S"))
    }
    plain = {"name": "开学季", "discount_type": 2, "value": "8", "orders": 1, "is_show": "on"}
    return {**plain, **times, **more}


def add(client: Any, **more: Any) -> Any:
    return client.post(page(CourseDiscount, "add"), fields(**more), follow=True)


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        *[("8", "0.80"), ("8 折", "0.80"), ("8.5折", "0.85"), ("９", "0.90"), ("1", "0.10")],
        *[("95", "0.95"), ("88 折", "0.88"), ("0.8", "0.80"), ("0.01", "0.01"), ("9.9", "0.99")],
    ],
)
def test_a_rate_is_typed_as_it_is_spoken(admin_client, typed, rate):
    add(admin_client, value=typed, courses=[CourseFactory().pk])
    assert CourseDiscount.objects.get().value == Decimal(rate)


def test_what_may_mean_anything_is_refused_in_words(admin_client):
    course = CourseFactory()
    rates = ("0", "10", "80", "100", "8.55", "-8", "八", "8 折折", "1e1", "NaN", "", "99.5")
    for typed in rates:
        answer = add(admin_client, value=typed, courses=[course.pk])
        assert answer.context["adminform"].form.errors["value"], typed
        assert not CourseDiscount.objects.exists(), typed


@pytest.mark.parametrize(("kind", "typed", "value"), [(3, "20 元", "20.00"), (1, "0", "0.00")])
def test_other_kinds_keep_their_number(admin_client, kind, typed, value):
    add(admin_client, discount_type=kind, value=typed, courses=[CourseFactory().pk])
    assert CourseDiscount.objects.get().value == Decimal(value)


def test_the_form_shows_both_prices_of_its_courses(admin_client):
    course = CourseFactory(name="爬虫", price="99.00")
    discount = DiscountFactory(courses=[course], value="0.80")

    text = table_cells(admin_client.get(page(CourseDiscount, "change", discount.pk)).text)

    assert "<td>爬虫</td><td>￥99.00</td><td>￥79.20</td>" in text


def test_an_activity_that_meets_another_one_is_warned_of(admin_client):
    # Given two courses in a running activity
    courses = CourseFactory.create_batch(2)
    DiscountFactory(name="周年庆", courses=courses)

    answer = add(admin_client, courses=[each.pk for each in courses])

    said = [str(each) for each in answer.context["messages"]]
    assert "部分课程同时参加「周年庆」（2 门课程），成交时取最低的价格" in said


def test_activities_that_are_not_named_are_counted(admin_client):
    courses = CourseFactory.create_batch(2)
    for number in range(7):
        DiscountFactory(name=f"活动{number}", courses=courses)

    answer = add(admin_client, courses=[each.pk for each in courses])

    [said] = [str(each) for each in answer.context["messages"] if "同时参加" in str(each)]
    assert "「活动4」（2 门课程）等 7 个活动，成交时取最低的价格" in said
    assert "活动5" not in said


@pytest.mark.parametrize("other", ["over", "hidden", "deleted", "of another course"])
def test_what_it_does_not_meet_is_not_warned_of(admin_client, other):
    course = CourseFactory()
    over = timezone.now() - timedelta(hours=1)
    more = {
        "over": {"ends_at": over},
        "hidden": {"is_show": False},
        "deleted": {"is_delete": True},
        "of another course": {},
    }[other]
    theirs = CourseFactory() if other == "of another course" else course
    DiscountFactory(name="周年庆", courses=[theirs], **more)

    answer = add(admin_client, courses=[course.pk])

    assert CourseDiscount.objects.filter(name="开学季").exists()
    assert not any("同时参加" in str(each) for each in answer.context["messages"])


def test_a_list_says_it_as_it_is_spoken(admin_client):
    for kind, value in [(1, "0.00"), (2, "0.85"), (3, "20.00")]:
        DiscountFactory(discount_type=kind, value=value)
    text = admin_client.get(page(CourseDiscount, "changelist")).content.decode()
    assert all(spoken in text for spoken in ("8.5 折", "20.00 元", "0 元"))


def test_thousands_of_courses_cost_no_more_queries(admin_client, django_assert_max_num_queries):
    discount = DiscountFactory(courses=CourseFactory.create_batch(30))
    with django_assert_max_num_queries(14):
        answer = admin_client.get(page(CourseDiscount, "change", discount.pk))
    assert "只列出前 20 门课程" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [(CourseDiscount.Type.MINUS, "8折", "是折扣"), (CourseDiscount.Type.RATE, "8 元", "是金额")],
)
def test_a_unit_of_another_kind_is_refused(admin_client, kind, value, said):
    discount = DiscountFactory()

    answer = save(admin_client, discount, discount_type=kind, value=value)

    assert said in str(answer.context["adminform"].form.errors["value"])
    discount.refresh_from_db()
    assert str(discount.value) == "0.80"


@pytest.mark.parametrize("kind", [1, 3, 4])
def test_no_coupon_takes_a_rate_for_an_amount(admin_client, kind):
    coupon = CouponFactory()

    answer = save(admin_client, coupon, kind=kind, value="8折", threshold="100")

    assert "是折扣" in str(answer.context["adminform"].form.errors["value"])


@pytest.mark.parametrize(("value", "is_told"), [("98", False), ("99", True), ("200", True)])
def test_an_activity_that_gives_a_paid_course_away_says_so(admin_client, value, is_told):
    course = CourseFactory(name="爬虫", price="99.00")
    CourseFactory(price="0.00", kind=course.Kind.FREE)
    discount = DiscountFactory(courses=Course.objects.all())

    answer = save(admin_client, discount, discount_type=CourseDiscount.Type.MINUS, value=value)

    assert ("《爬虫》等 1 门课程在活动期间为 0 元" in said(admin_client.get(answer.url))) is is_told


def test_an_import_of_such_an_activity_says_so():
    CourseFactory(name="爬虫", price="99.00")
    headings = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间", "参与课程"]

    job = applied(
        "discounts", xlsx(headings, ["春", "限时减免", 200, "2026-01-05", "2026-02-05", "爬虫"])
    )

    assert "春：减免不低于价格：《爬虫》等 1 门课程" in job.problem


def test_the_two_inputs_of_a_moment_have_names(admin_client):
    form = admin_client.get(page(CourseDiscount, "add")).content.decode()

    inputs = re.findall(r'<input[^>]* name="(?:starts|ends)_at_[01]"[^>]*>', form)
    named = [re.search('aria-label="(.*?)"', each)[1] for each in inputs]
    assert named == ["日期", "时间"] * 2
    assert all('class="v' in each for each in inputs)
