"""promotion/: a student's coupons, those that may be taken, and typed codes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course import gifts
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.promotion import batches, codes, selectors
from luffy_api.apps.promotion.models import Claim, CodeBatch, Coupon, RedeemCode
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CategoryFactory,
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    DiscountFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/promotion/coupon/"
CODE = "/api/v1/promotion/code/"


def batch_of(count=1, **more):
    """A batch with its codes."""
    made = CodeBatch.objects.create(
        note="线下活动", count=count, created_by=UserFactory(is_staff=True), **more
    )
    batches.add_codes(made)
    return made


def typed(client, text):
    return client.post(CODE, {"code": text}, format="json")


def claim(client, coupon):
    return client.post(f"{URL}claim/", {"coupon": coupon.pk}, format="json")


def quoted(client, *courses):
    body = {"courses": [course.pk for course in courses]}
    rows = client.post(f"{URL}quote/", body, format="json").json()["data"]
    return [(row["coupon"]["name"], row["amount"], row["total_amount"], row["why"]) for row in rows]


def test_a_student_takes_a_coupon_once_and_finds_it(student, student_api, stranger_api, api):
    coupon = CouponFactory(name="新人券", threshold="100.00")

    taken, again = claim(student_api, coupon), claim(student_api, coupon)

    assert (taken.status_code, again.status_code) == (201, 409)
    assert again.json()["msg"] == "每人限领 1 张，您已经领过了"
    coupon.refresh_from_db()
    assert coupon.claimed_count == Claim.objects.count() == 1
    [row] = student_api.get(URL).json()["data"]["results"]
    assert (row["state"], row["coupon"]["name"]) == ("usable", "新人券")
    assert (row["coupon"]["offer"], row["coupon"]["condition"]) == ("减 20 元", "满 100 元可用")
    assert stranger_api.get(URL).json()["data"]["results"] == []
    for answer in (api.get(URL), claim(api, coupon), typed(api, "A"), api.post(f"{URL}quote/")):
        assert answer.status_code == 401


def test_coupons_that_cannot_be_taken_are_refused_with_a_reason(student_api):
    day, now = timedelta(days=1), timezone.now()
    refused = {
        CouponFactory(total_limit=1, claimed_count=1): (409, "已经领完了"),
        CouponFactory(ends_at=now - day): (409, "活动已结束"),
        CouponFactory(starts_at=now + day): (409, "还没有到领取时间"),
        CouponFactory(claimable=False): (404, "优惠券不存在或已下架"),
        CouponFactory(is_show=False): (404, "优惠券不存在或已下架"),
        CouponFactory(is_delete=True): (404, "优惠券不存在或已下架"),
    }

    for coupon, expected in refused.items():
        answer = claim(student_api, coupon)
        assert (answer.status_code, answer.json()["msg"]) == expected
    for wrong in (None, "x", 0, -1, 10**30, [1], {}):
        body = {"coupon": wrong}
        assert student_api.post(f"{URL}claim/", body, format="json").status_code == 400, wrong
    assert not Claim.objects.exists()


def test_a_course_offers_the_coupons_that_are_for_it(student, student_api, api):
    course = CourseFactory(course_type=Course.CourseType.values[0])
    light = Course.Kind.LIGHT
    other = CourseFactory(course_category=CategoryFactory(), course_type=1, kind=light)
    scope = Coupon.Scope
    CouponFactory(name="全场")
    CouponFactory(name="类型", scope=scope.COURSE_TYPE, course_type=0)
    CouponFactory(name="分类", scope=scope.CATEGORY).categories.add(course.course_category)
    CouponFactory(name="课程", scope=scope.COURSE).courses.add(course)
    CouponFactory(name="实战", scope=scope.KIND, course_kind=Course.Kind.ACTUAL)
    CouponFactory(name="轻课", scope=scope.KIND, course_kind=Course.Kind.LIGHT)
    CouponFactory(name="不领", claimable=False)
    student_api.post(f"{URL}claim/", {"coupon": Coupon.objects.get(name="全场").pk}, format="json")

    def offered(client, wanted):
        rows = client.get(f"{URL}offered/", {"course": wanted.pk}).json()["data"]
        return {row["name"]: row["can_claim"] for row in rows}

    assert offered(api, course) == dict.fromkeys(("全场", "类型", "分类", "课程", "实战"), True)
    assert offered(student_api, course)["全场"] is False
    assert offered(api, other) == {"全场": True, "轻课": True}
    assert api.get(f"{URL}offered/", {"course": 10**9}).status_code == 404
    for wrong in ({}, {"course": "x"}, {"course": "-1"}, {"course": ""}):
        assert api.get(f"{URL}offered/", wrong).status_code == 400, wrong


def test_a_coupon_for_a_shelf_takes_off_its_courses_only(student, student_api):
    actual = CourseFactory(price="99.00", kind=Course.Kind.ACTUAL)
    light = CourseFactory(price="50.00", kind=Course.Kind.LIGHT)
    coupon = CouponFactory(scope=Coupon.Scope.KIND, course_kind=Course.Kind.LIGHT, value="60.00")
    ClaimFactory(user=student, coupon=coupon)
    coupon.refresh_from_db()

    assert quoted(student_api, actual, light)[0][1:3] == ("49.99", "99.01")
    assert quoted(student_api, actual)[0][3] == "不适用于所选课程"
    [row] = student_api.get(URL).json()["data"]["results"]
    assert row["coupon"]["range"] == "轻课"
    assert [each.name for each in selectors.preview(coupon, limit=9)] == [light.name]
    with pytest.raises(IntegrityError, match="coupon_course_kind"), transaction.atomic():
        CouponFactory(scope=Coupon.Scope.KIND, course_kind=Course.Kind.FREE)


def test_the_cheapest_coupon_comes_first_and_others_say_why_not(
    student, student_api, stranger_api, django_assert_num_queries
):
    one, two = CourseFactory(price="99.00"), CourseFactory(price="50.00")
    DiscountFactory(courses=[two])
    rule = Coupon.Stacking.NOT_DISCOUNTED
    for more in (
        {"name": "减 20"},
        {"name": "八折", "kind": Coupon.Kind.RATE, "value": "0.80"},
        {"name": "满减", "kind": Coupon.Kind.THRESHOLD, "value": "50", "threshold": "200"},
        {"name": "原价", "kind": Coupon.Kind.RATE, "value": "0.90", "stacking": rule},
        {"name": "过期", "ends_at": timezone.now() - timedelta(days=1)},
    ):
        ClaimFactory(user=student, coupon=CouponFactory(**more))

    assert quoted(student_api, one, two) == [
        ("八折", "27.80", "111.20", ""),
        ("减 20", "20.00", "119.00", ""),
        ("原价", "9.90", "129.10", ""),
        ("满减", "0.00", "139.00", "还差 61.00 元可用"),
    ]
    assert quoted(stranger_api, one, two) == []
    logged = logged_in(student)
    for courses in ([one.pk], [one.pk, two.pk]):
        with django_assert_num_queries(6):
            logged.post(f"{URL}quote/", {"courses": courses}, format="json")
    for wrong in ([], None, "1", [0], [10**30], [1] * 21):
        body = {"courses": wrong}
        assert student_api.post(f"{URL}quote/", body, format="json").status_code == 400, wrong


def test_a_code_brings_a_coupon_once(student, student_api, stranger_api):
    made = batch_of(2, coupon=CouponFactory(name="地推券", claimable=False))
    first, second = (code.code for code in made.codes.all())

    answer = typed(student_api, f" {codes.spoken(first).lower()} ")

    assert answer.status_code == 201
    assert answer.json()["data"]["coupon"]["name"] == "地推券"
    assert Claim.objects.get().code.code == first
    refused = typed(stranger_api, first)
    assert (refused.status_code, refused.json()["code"]) == (400, 4103)
    # One each: the second code stays good for somebody else.
    assert typed(student_api, second).status_code == 409
    assert typed(stranger_api, second).status_code == 201


def test_a_code_opens_a_course_without_an_order(student, student_api, stranger_api):
    course = CourseFactory(price="99.00", name="甲课", students=3)
    made = batch_of(2, course=course)
    first, second = (code.code for code in made.codes.all())

    answer = typed(student_api, first)

    assert answer.json()["data"] == {"coupon": None, "course": {"id": course.pk, "name": "甲课"}}
    assert Enrollment.objects.filter(user=student, course=course).exists()
    assert EnrollmentGrant.objects.get().source == EnrollmentGrant.Source.CODE
    again = typed(student_api, second)
    assert (again.status_code, again.json()["code"]) == (409, 4104)
    assert RedeemCode.objects.get(code=second).used_by is None
    assert typed(stranger_api, first).status_code == 400


def test_staff_take_back_what_a_code_has_opened(student, student_api):
    """One that leaked: there is no order that could be refunded."""
    course = CourseFactory(price="99.00")
    typed(student_api, batch_of(1, course=course).codes.get().code)

    lost = gifts.take_back(
        user_id=student.pk,
        course_id=course.pk,
        staff_id=UserFactory(is_staff=True).pk,
        reason="兑换码泄露",
    )

    assert lost
    assert not Enrollment.objects.exists()


def test_wrong_void_and_late_codes_are_told_alike_and_tries_are_limited(student_api):
    coupon = CouponFactory()
    late = batch_of(1, coupon=coupon, expires_at=timezone.now() - timedelta(seconds=1))
    void = batch_of(1, coupon=coupon)
    batches.void(batch_id=void.pk, staff_id=UserFactory(is_staff=True).pk)
    tries = [late.codes.get().code, void.codes.get().code, codes.new_code(), "短", "A" * 40]

    answers = [typed(student_api, text).json() for text in tries]

    assert {(each["code"], each["msg"]) for each in answers} == {
        (4103, "兑换码无效、已使用或已过期")
    }
    for wrong in (None, "", [], {}, 7, "A" * 41):
        assert student_api.post(CODE, {"code": wrong}, format="json").status_code in (400, 429)
    assert typed(student_api, codes.new_code()).status_code == 429
    assert not Claim.objects.exists()


def test_codes_of_a_batch_are_made_in_seconds_and_none_is_like_another():
    made = batch_of(10_000, coupon=CouponFactory())

    found = set(made.codes.values_list("code", flat=True))

    assert len(found) == 10_000
    assert all(codes.parse(code) == code for code in found)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("coupon/", ["foo=1", "stat=usable", "state=usable&state=used", "state=", "state=x"]),
        ("coupon/offered/", ["course=1&foo=1", "course=1&page=1", "course=1&course=2"]),
        ("package/", ["foo=1", "page=0", "page=1", "course=", "course=1&course=2"]),
        ("package/all/", ["foo=1", "course=1", "page=1&page=2", "page="]),
    ],
)
def test_a_mistyped_parameter_is_refused(student_api, path, wrong):
    for query in wrong:
        answer = student_api.get(f"/api/v1/promotion/{path}?{query}")
        assert answer.status_code == 400, query
