"""order/cart/: courses that a student has put aside, with what each costs now."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order import cart, cleanup, personal_data
from luffy_api.apps.order.models import CartItem, OfflinePayment, OfflineStatus
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import account_deletion
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    MembershipPeriodFactory,
    OfflinePaymentFactory,
    OrderFactory,
)
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/cart/"


def add(client, course):
    return client.post(URL, {"course": getattr(course, "pk", course)}, format="json")


def states(client):
    return {row["name"]: row["state"] for row in client.get(URL).json()["data"]}


def test_a_course_is_there_once_and_the_newest_stands_first(student_api, stranger_api):
    first, second = CourseFactory(name="一"), CourseFactory(name="二")

    answers = [add(student_api, each) for each in (first, second, first)]

    assert [answer.status_code for answer in answers] == [201] * 3
    rows = answers[-1].json()["data"]
    assert [row["name"] for row in rows] == ["二", "一"]
    assert rows == student_api.get(URL).json()["data"]
    assert rows[1] == {
        "id": first.pk,
        "name": "一",
        "course_img": rows[1]["course_img"],
        "price": "99.00",
        "price_seen": "99.00",
        "real_price": "99.00",
        "vip_price": None,
        "member_free": False,
        "study_months": None,
        "state": "for_sale",
        "state_name": "可购买",
        "out_trade_no": None,
    }
    assert stranger_api.get(URL).json()["data"] == []
    assert student_api.delete(f"{URL}{first.pk}/").json()["data"] == [rows[0]]
    assert stranger_api.delete(f"{URL}{second.pk}/").status_code == 200
    assert states(student_api) == {"二": "for_sale"}


def test_what_cannot_be_bought_is_refused(student, student_api, api):
    refused = {
        CourseFactory(status=Course.Status.OFFLINE).pk: (409, 4003),
        CourseFactory(is_show=False).pk: (409, 4003),
        CourseFactory(price="0.00").pk: (400, 4004),
        EnrollmentFactory(user=student).course_id: (409, 4002),
        2**63 - 1: (409, 4003),
    }

    for course, expected in refused.items():
        answer = add(student_api, course)
        assert (answer.status_code, answer.json()["code"]) == expected
    for wrong in (None, "", "x", 0, -1, 2**63, 1.5, True, [1], {}):
        answer = student_api.post(URL, {"course": wrong}, format="json")
        assert answer.status_code == 400, wrong
    assert student_api.post(URL, [1], format="json").status_code == 400
    for gone in (0, 10**6, 10**30):
        assert student_api.delete(f"{URL}{gone}/").status_code == 200
    assert not CartItem.objects.exists()
    course = CourseFactory()
    for answer in (api.get(URL), add(api, course), api.delete(URL), api.delete(f"{URL}1/")):
        assert answer.status_code == 401


def test_a_full_cart_takes_no_more_but_keeps_what_it_has(student_api, monkeypatch):
    monkeypatch.setattr(cart, "MAX_ITEMS", 2)
    first, second, third = CourseFactory.create_batch(3)
    add(student_api, first)
    add(student_api, second)

    answer = add(student_api, third)

    assert (answer.status_code, answer.json()["msg"]) == (
        400,
        "选课车最多放 2 门课程，请先移出一些",
    )
    assert add(student_api, first).status_code == 201
    assert CartItem.objects.count() == 2


def test_each_course_says_what_became_of_it(student, student_api):
    names = ("可买", "降价", "下架", "免费", "已有", "待付")
    courses = {name: CourseFactory(name=name) for name in names}
    for course in courses.values():
        add(student_api, course)
    DiscountFactory(courses=[courses["降价"]])
    Course.objects.filter(name="下架").update(status=Course.Status.OFFLINE)
    Course.objects.filter(name="免费").update(price=0)
    EnrollmentFactory(user=student, course=courses["已有"])
    OrderFactory(user=student, courses=[courses["待付"]])
    OrderFactory(courses=[courses["可买"]])  # of somebody else

    rows = {row["name"]: row for row in student_api.get(URL).json()["data"]}

    assert {name: row["state"] for name, row in rows.items()} == {
        "可买": "for_sale",
        "降价": "for_sale",
        "下架": "gone",
        "免费": "free",
        "已有": "owned",
        "待付": "pending",
    }
    assert Decimal(rows["降价"]["real_price"]) < Decimal(rows["降价"]["price_seen"])
    assert rows["下架"]["real_price"] is None
    assert rows["待付"]["out_trade_no"] == student.orders.get().out_trade_no
    cleared = student_api.delete(URL).json()["data"]
    assert {row["name"] for row in cleared} == {"可买", "降价", "待付"}


def test_putting_it_there_again_remembers_the_price_of_now(student_api):
    course = CourseFactory(price="99.00")
    add(student_api, course)
    Course.objects.filter(pk=course.pk).update(price="120.00")
    [before] = student_api.get(URL).json()["data"]

    [after] = add(student_api, course).json()["data"]

    assert (before["price_seen"], before["real_price"]) == ("99.00", "120.00")
    assert (after["price_seen"], after["real_price"]) == ("120.00", "120.00")


def test_an_order_that_cannot_be_paid_any_more_is_not_offered(student, student_api):
    names = ("已有", "同单", "下架", "超时", "可付")
    courses = {name: CourseFactory(name=name) for name in names}
    for course in courses.values():
        add(student_api, course)
    OrderFactory(user=student, courses=[courses["已有"], courses["同单"]])
    EnrollmentFactory(user=student, course=courses["已有"])
    OrderFactory(user=student, courses=[courses["下架"]])
    Course.objects.filter(name="下架").update(status=Course.Status.OFFLINE)
    OrderFactory(
        user=student, courses=[courses["超时"]], expires_at=timezone.now() - timedelta(seconds=1)
    )
    payable = OrderFactory(user=student, courses=[courses["可付"]])

    rows = {row["name"]: row for row in student_api.get(URL).json()["data"]}

    assert {name: (row["state"], row["out_trade_no"]) for name, row in rows.items()} == {
        "已有": ("owned", None),
        "同单": ("for_sale", None),
        "下架": ("gone", None),
        "超时": ("for_sale", None),
        "可付": ("pending", payable.out_trade_no),
    }
    cleared = student_api.delete(URL).json()["data"]
    assert {row["name"] for row in cleared} == {"同单", "超时", "可付"}


@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.EXPIRED])
def test_what_may_be_paid_by_hand_already_is_not_offered_again(student, student_api, status):
    course = CourseFactory()
    add(student_api, course)
    order = OrderFactory(user=student, courses=[course], order_status=status)
    offline = OfflinePaymentFactory(order=order)

    [row] = student_api.delete(URL).json()["data"]

    assert (row["state"], row["state_name"]) == ("checking", "线下付款核对中")
    assert row["out_trade_no"] == order.out_trade_no
    decided = {"decided_by": offline.recorded_by, "decided_at": timezone.now()}
    OfflinePayment.objects.update(status=OfflineStatus.VOID, **decided)
    [row] = student_api.get(URL).json()["data"]
    assert row["state"] == ("pending" if status == OrderStatus.UNPAID else "for_sale")


def test_of_many_unpaid_orders_for_a_course_the_newest_is_looked_at(student, student_api):
    course = CourseFactory()
    add(student_api, course)
    OrderFactory.create_batch(3, user=student, courses=[course])
    newest = OrderFactory(user=student, courses=[course])

    def offered():
        [row] = student_api.get(URL).json()["data"]
        return row["state"], row["out_trade_no"]

    assert offered() == ("pending", newest.out_trade_no)
    OrderFactory(user=student, courses=[course, EnrollmentFactory(user=student).course])
    assert offered() == ("for_sale", None)


@pytest.mark.parametrize("count", [1, 7])
def test_unpaid_orders_of_a_cart_of_any_size_are_one_query_more(
    student, student_api, django_assert_num_queries, count
):
    for course in CourseFactory.create_batch(count):
        add(student_api, course)
        OrderFactory(user=student, courses=[course])

    with django_assert_num_queries(6):  # the newest orders, and whether they can be paid
        assert len(student_api.get(URL).json()["data"]) == count


@pytest.mark.parametrize("count", [1, 7])
def test_a_cart_of_any_size_costs_the_same(student_api, django_assert_num_queries, count):
    for course in CourseFactory.create_batch(count):
        add(student_api, course)

    with django_assert_num_queries(4):  # the token's user, the cart, prices, unpaid orders
        assert len(student_api.get(URL).json()["data"]) == count


@pytest.mark.parametrize("count", [1, 7])
def test_what_a_membership_opens_is_said_to_members(
    student, student_api, django_assert_num_queries, count
):
    vip = CourseFactory.create_batch(count, course_type=Course.CourseType.VIP)
    for course in (*vip, CourseFactory()):
        add(student_api, course)

    def free():
        return {row["id"] for row in student_api.get(URL).json()["data"] if row["member_free"]}

    assert free() == set()
    MembershipPeriodFactory(user=student)
    with django_assert_num_queries(5):  # and when the membership ends
        assert free() == {course.pk for course in vip}


def test_courses_leave_when_they_are_owned_or_forgotten(student, student_api):
    owned, old, kept = CourseFactory.create_batch(3)
    for course in (owned, old, kept):
        add(student_api, course)
    EnrollmentFactory(user=student, course=owned)
    EnrollmentFactory(course=kept)
    CartItem.objects.filter(course=old).update(created_time=timezone.now() - timedelta(days=366))

    assert cleanup.clean_up() == 2

    assert list(CartItem.objects.values_list("course", flat=True)) == [kept.pk]


def test_a_cart_is_in_the_copy_of_ones_data_and_goes_with_the_account(student, student_api):
    course = CourseFactory(name="爬虫")
    add(student_api, course)

    [row] = personal_data.cart(student.pk)
    assert row["course"] == "爬虫"
    for erase in account_deletion._erasers:
        erase(student.pk)
    assert not CartItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_are_one_row(student):
    course = CourseFactory()

    in_threads(lambda _: cart.add(user_id=student.pk, course_id=course.pk), 8)

    assert CartItem.objects.count() == 1
