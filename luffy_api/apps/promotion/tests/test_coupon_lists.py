"""What a list of coupons says of each: which courses it is for, from when, and why not now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.models import Coupon, Redemption
from luffy_api.apps.promotion.tests.test_api import CODE, URL, batch_of
from luffy_api.tests.factories import (
    CategoryFactory,
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
QUOTE = f"{URL}quote/"


def of_courses(*courses, **more):
    coupon = CouponFactory(scope=Coupon.Scope.COURSE, **more)
    coupon.courses.set(courses)
    return coupon


def listed(client, query=""):
    return client.get(URL + query).json()["data"]["results"]


def quoted(client, *courses):
    body = {"courses": [course.pk for course in courses]}
    return client.post(QUOTE, body, format="json").json()["data"]


def test_a_coupon_names_its_first_courses_and_says_how_many_there_are(
    student, student_api, stranger_api, api
):
    courses = [CourseFactory(name=f"课 {n}", orders=n) for n in range(7)]
    hidden = [
        CourseFactory(orders=0, status=Course.Status.OFFLINE),
        CourseFactory(orders=0, status=Course.Status.ANNOUNCED),
        CourseFactory(orders=0, is_show=False),
        CourseFactory(orders=0, is_delete=True),
        CourseFactory(orders=0, course_category__is_show=False),
    ]
    coupon = of_courses(*courses, *hidden)
    expected = [{"id": each.pk, "name": each.name} for each in courses[:5]]

    [offered] = api.get(f"{URL}offered/", {"course": courses[6].pk}).json()["data"]
    taken = student_api.post(f"{URL}claim/", {"coupon": coupon.pk}, format="json").json()["data"]
    [mine] = listed(student_api)
    [quote] = quoted(student_api, courses[0])
    code = batch_of(1, coupon=of_courses(*courses, *hidden)).codes.get().code
    typed = stranger_api.post(CODE, {"code": code}, format="json").json()["data"]

    for shown in (offered, taken, mine["coupon"], quote["coupon"], typed["coupon"]):
        assert shown["targets"] == expected
        assert (shown["target_count"], shown["scope"], shown["range"]) == (7, 4, "指定课程")


def test_a_coupon_names_its_categories_and_others_nothing(student, student_api):
    shown, gone = CategoryFactory(name="Python"), CategoryFactory(is_show=False)
    category = CouponFactory(name="分类", scope=Coupon.Scope.CATEGORY)
    category.categories.set([shown, gone])
    empty = of_courses(CourseFactory(status=Course.Status.OFFLINE), name="下架")
    for coupon in (category, empty, CouponFactory(name="全场")):
        ClaimFactory(user=student, coupon=coupon)

    found = {row["coupon"]["name"]: row["coupon"] for row in listed(student_api)}

    assert found["分类"]["targets"] == [{"id": shown.pk, "name": "Python"}]
    assert {name: each["target_count"] for name, each in found.items()} == {
        "分类": 1,
        "下架": 0,
        "全场": 0,
    }
    assert found["下架"]["targets"] == found["全场"]["targets"] == []


@pytest.mark.any_database
@pytest.mark.parametrize("count", [1, 6])
def test_the_names_cost_two_queries_however_many_coupons(student, student_api, count):
    ClaimFactory(user=student, coupon=CouponFactory())

    def queries():
        with CaptureQueriesContext(connection) as asked:
            student_api.get(URL)
        return len(asked)

    plain = queries()
    for _ in range(count):
        ClaimFactory(user=student, coupon=of_courses(*CourseFactory.create_batch(2)))
        category = CouponFactory(scope=Coupon.Scope.CATEGORY)
        category.categories.add(CategoryFactory())
        ClaimFactory(user=student, coupon=category)
    assert queries() == plain + 2


def test_a_coupon_that_begins_later_is_not_usable_and_says_when(student, student_api):
    begins = timezone.now() + 5 * DAY
    ClaimFactory(user=student, coupon=CouponFactory(name="以后", starts_at=begins))
    ClaimFactory(user=student, coupon=CouponFactory(name="现在"))

    states = {row["coupon"]["name"]: row["state"] for row in listed(student_api)}
    names = {
        state: [row["coupon"]["name"] for row in listed(student_api, f"?state={state}")]
        for state in ("usable", "upcoming", "held", "used", "expired")
    }
    now, later = quoted(student_api, CourseFactory(price="99.00"))

    assert states == {"以后": "upcoming", "现在": "usable"}
    assert names == {
        "usable": ["现在"],
        "upcoming": ["以后"],
        "held": [],
        "used": [],
        "expired": [],
    }
    assert (now["coupon"]["name"], now["why"]) == ("现在", "")
    moment = timezone.localtime(begins).strftime("%Y-%m-%d %H:%M")
    assert later["why"] == f"还没有到使用时间，{moment} 起可用"
    assert (later["amount"], later["total_amount"]) == ("0.00", "99.00")


def test_a_coupon_that_an_order_has_is_told_with_the_reason(student, student_api):
    one, two = CourseFactory(price="99.00"), CourseFactory(price="50.00")
    claim = ClaimFactory(user=student, coupon=CouponFactory())
    ClaimFactory(coupon=claim.coupon, user=UserFactory())
    body = {"courses": [one.pk], "total_amount": "79.00", "coupon": claim.pk}
    assert student_api.post("/api/v1/order/pay/", body, format="json").status_code == 201
    spare = ClaimFactory(user=student, coupon=CouponFactory(name="备用", value="5.00"))

    # The order with the same courses may have it; it comes first, as what can be used does.
    assert [(row["id"], row["why"]) for row in quoted(student_api, one)] == [
        *((claim.pk, ""), (spare.pk, "")),
    ]
    first, second = quoted(student_api, two)
    assert (first["id"], second["id"]) == (spare.pk, claim.pk)
    assert second["why"].startswith("这张优惠券正用在另一笔待付款的订单上")
    Redemption.objects.update(state=Redemption.State.CLOSING)
    assert quoted(student_api, two)[1]["why"].startswith("这张优惠券所在的订单刚刚关闭")
    Redemption.objects.update(state=Redemption.State.USED)
    assert [row["id"] for row in quoted(student_api, two)] == [spare.pk]


def test_what_cannot_be_used_now_displaces_nothing_that_can(student, student_api, monkeypatch):
    monkeypatch.setattr("luffy_api.apps.promotion.selectors.MAX_COMPARED", 1)
    later = CouponFactory(starts_at=timezone.now() + DAY, ends_at=timezone.now() + 2 * DAY)
    ClaimFactory(user=student, coupon=later)
    usable = ClaimFactory(user=student, coupon=CouponFactory())
    assert [row["id"] for row in quoted(student_api, CourseFactory(price="99.00"))] == [usable.pk]
