"""The back office of courses and activities."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, page, save, tries

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.every_database
@pytest.mark.parametrize("word", ["爬虫", "陈老师"])
def test_courses_are_found_by_name_and_teacher(admin_client, word):
    factories.CourseFactory(name="Python 爬虫", teacher__name="陈老师")
    factories.CourseFactory(name="Linux")
    rows = admin_client.get(page(Course, "changelist"), {"q": word}).context["cl"].result_list
    assert [row.name for row in rows] == ["Python 爬虫"]


def test_bulk_actions_show_and_hide_and_put_on_sale(admin_client):
    courses = [factories.ready_course() for _ in range(2)]
    for action, field, value in [
        ("hide", "is_show", False),
        ("show", "is_show", True),
        ("take_off_sale", "status", Course.Status.OFFLINE),
        ("put_on_sale", "status", Course.Status.ONLINE),
    ]:
        assert act(admin_client, action, *courses).status_code == 302
        assert set(Course.objects.values_list(field, flat=True)) == {value}


@pytest.mark.parametrize("by", ["page", "action"])
def test_a_course_is_deleted_softly_though_people_bought_it(admin_client, by):
    course = factories.EnrollmentFactory().course
    factories.OrderFactory(courses=[course])
    if by == "page":
        admin_client.post(page(Course, "delete", course.pk), {"post": "yes"})
    else:
        act(admin_client, "delete_selected", course)
    course.refresh_from_db()
    assert course.is_delete
    assert Enrollment.objects.count() == 1
    assert admin_client.get(page(Course, "changelist")).context["cl"].result_count == 0
    assert admin_client.get(page(Course, "change", course.pk)).status_code == 302


@pytest.mark.parametrize("needed", ["course_category", "teacher"])
def test_what_courses_need_stays_until_they_are_gone(admin_client, needed):
    course = factories.CourseFactory()
    row = getattr(course, needed)
    for answer in (
        admin_client.post(page(type(row), "delete", row.pk), {"post": "yes"}),
        act(admin_client, "delete_selected", row),
    ):
        assert answer.status_code in {200, 403}
        row.refresh_from_db()
        assert not row.is_delete
    Course.objects.update(is_delete=True)
    act(admin_client, "delete_selected", row)
    row.refresh_from_db()
    assert row.is_delete


def test_the_html_of_a_course_is_filtered_when_it_is_saved(admin_client):
    course = factories.CourseFactory()
    html = '<h3>好</h3><script>alert(1)</script><p onclick="x()">段<a href="//x.co">落</a></p>'
    assert save(admin_client, course, detail=html).status_code == 302
    course.refresh_from_db()
    assert course.detail == '<h3>好</h3><p>段<a href="//x.co">落</a></p>'


def test_a_course_that_breaks_a_rule_is_told_on_the_form(admin_client):
    wrong = [{"kind": 1, "price": "9.00"}, {"price": "-1"}, {"price": "1e9"}, {"orders": -1}]
    answers = tries(admin_client, factories.CourseFactory(), *wrong)
    for changes, answer in zip(wrong, answers, strict=True):
        assert answer.status_code == 200, changes
        assert answer.context["errors"], changes


def test_an_activity_that_breaks_a_rule_is_told_on_the_form(admin_client):
    discount = factories.DiscountFactory(courses=[factories.CourseFactory()])
    wrong = [
        {"discount_type": 1, "value": "5"},
        {"discount_type": 2, "value": "10"},
        {"discount_type": 3, "value": "0"},
        {"ends_at_0": "2020-01-01"},
        {"courses": []},
    ]
    for changes, answer in zip(wrong, tries(admin_client, discount, *wrong), strict=True):
        assert answer.status_code == 200, changes
        assert answer.context["errors"], changes
        discount.refresh_from_db()
        assert (discount.discount_type, discount.value) == (2, Decimal("0.80")), changes


@pytest.mark.parametrize("typed", ["2026年1月5日", "2026年01月05日", "2026/1/5", "2026-01-05"])
def test_a_date_is_taken_as_pages_show_it(admin_client, typed):
    course = factories.CourseFactory()

    answer = save(admin_client, course, pub_date=typed)

    assert answer.status_code == 302
    course.refresh_from_db()
    assert course.pub_date == date(2026, 1, 5)


def test_the_moments_of_an_activity_are_taken_as_pages_show_them(admin_client):
    discount = factories.DiscountFactory(courses=[factories.CourseFactory()])

    answer = save(
        admin_client,
        discount,
        starts_at_0="2026年1月5日",
        starts_at_1="08:30",
        ends_at_0="2026年12月31日",
        ends_at_1="20:00:00",
    )

    assert answer.status_code == 302
    discount.refresh_from_db()
    assert discount.starts_at == datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
    assert discount.ends_at == datetime(2026, 12, 31, 12, 0, tzinfo=UTC)


def test_a_price_for_members_is_below_the_price(admin_client):
    course = factories.CourseFactory(price="99.00")
    assert save(admin_client, course, vip_price="59.00").status_code == 302
    course.refresh_from_db()
    assert course.vip_price == Decimal("59.00")
    wrong = [
        {"vip_price": "99.00"},
        {"vip_price": "99.01"},
        {"vip_price": "0"},
        {"vip_price": "-1"},
        {"vip_price": "0.001"},
        {"vip_price": "x"},
        {"vip_price": "1e9"},
        {"price": "59.00"},
        {"price": "x"},
        {"course_type": 1},
        {"kind": 1, "price": "0"},
    ]
    for changes, answer in zip(wrong, tries(admin_client, course, *wrong), strict=True):
        assert answer.status_code == 200, changes
        assert answer.context["errors"], changes
    assert save(admin_client, course, vip_price="", price="50.00").status_code == 302
    course.refresh_from_db()
    assert course.vip_price is None


def test_an_order_says_what_its_student_saved_as_a_member(admin_client):
    order = factories.OrderFactory(courses=[factories.CourseFactory()])
    order.order_courses.update(real_price="59.00", vip_amount="40.00")
    text = admin_client.get(page(type(order), "change", order.pk)).content.decode()
    assert "会员价减（元）" in text
    assert "40.00" in text


def test_a_study_period_is_some_months_or_none(admin_client):
    course = factories.CourseFactory()
    assert save(admin_client, course, study_months="6").status_code == 302
    course.refresh_from_db()
    assert course.study_months == 6
    wrong = [{"study_months": value} for value in ("0", "121", "-1", "1.5", "x", "99999999999")]
    for changes, answer in zip(wrong, tries(admin_client, course, *wrong), strict=True):
        assert answer.status_code == 200, changes
        assert answer.context["errors"], changes
    assert save(admin_client, course, study_months="").status_code == 302
    course.refresh_from_db()
    assert course.study_months is None
