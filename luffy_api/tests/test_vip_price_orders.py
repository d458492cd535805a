"""会员价: shown to everybody, paid by members, decided when an order is placed; a fake gateway."""

import random
from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseDiscount, EnrollmentGrant
from luffy_api.apps.order import checkout, integrity, vip_integrity
from luffy_api.apps.order.exceptions import PriceChanged
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import locks as promotion_locks
from luffy_api.apps.promotion.membership import own
from luffy_api.apps.promotion.pricing import CouponKind, Stacking
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    DiscountFactory,
    MembershipTermFactory,
    PackageFactory,
    UserFactory,
)
from luffy_api.tests.memberships import bought
from luffy_api.tests.refunding import deliver, finish, refunded_and_due, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
CART = "/api/v1/order/cart/"
QUOTE = "/api/v1/promotion/coupon/quote/"


@pytest.fixture
def course() -> Course:
    """For 99 yuan, for members 59."""
    return CourseFactory(name="数据分析", price="99.00", vip_price="59.00")


@pytest.fixture
def member(student, fake_alipay):
    """The student, for 30 days."""
    bought(fake_alipay, student.pk, MembershipTermFactory(months=0, days=30))
    return student


def cheaper(course, amount):
    """A discount of so many yuan that is running."""
    DiscountFactory(courses=[course], discount_type=CourseDiscount.Type.MINUS, value=amount)


def place(client, *courses, total, **more):
    body = {"courses": [each.pk for each in courses], "total_amount": total, **more}
    return client.post("/api/v1/order/pay/", body, format="json")


def end_membership():
    """Refund it whole."""
    start(Order.objects.get(membership_line__isnull=False))
    finish()


def ordered(user_id, course, total):
    return checkout.place_order(
        user_id=user_id, course_ids=[course.pk], total_amount=Decimal(total)
    )


def refuses(answer, total) -> bool:
    """Nothing was ordered, and the true total is told."""
    body = answer.json()
    return (answer.status_code, body["errors"]) == (409, {"total_amount": [total]})


def test_everybody_is_shown_what_a_member_pays(api, student_api, member, course):
    page, other = f"/api/v1/course/{course.pk}/", f"/api/v1/course/{CourseFactory().pk}/"
    cards = api.get("/api/v1/course/").json()["data"]["results"]

    shown = [client.get(page).json()["data"] for client in (api, student_api)]
    shown += [card for card in cards if card["id"] == course.pk]
    prices = [(each["price"], each["real_price"], each["vip_price"]) for each in shown]
    assert prices == [("99.00", "99.00", "59.00")] * 3
    assert api.get(other).json()["data"]["vip_price"] is None


def test_a_member_pays_the_price_for_members_and_nobody_else(
    api, student_api, stranger_api, member, course, fake_alipay
):
    assert place(api, course, total="59.00").status_code == 401
    assert refuses(place(stranger_api, course, total="59.00"), "99.00")
    assert refuses(place(student_api, course, total="99.00"), "59.00")

    order = place(student_api, course, total="59.00").json()["data"]

    [line] = order["courses"]
    assert (line["price"], line["real_price"], line["vip_amount"]) == ("99.00", "59.00", "40.00")
    number = order["out_trade_no"]
    assert place(student_api, course, total="59.00").json()["data"]["out_trade_no"] == number
    assert student_api.get(f"/api/v1/order/{number}/").json()["data"]["courses"] == [line]
    theirs = place(stranger_api, course, total="99.00").json()["data"]["courses"][0]
    assert (theirs["real_price"], theirs["vip_amount"]) == ("99.00", "0.00")
    paid = Order.objects.get(out_trade_no=number)
    fake_alipay.sell(paid)
    assert deliver(fake_alipay, paid)
    start(paid, course_id=course.pk)
    finish()
    assert refunded_and_due(paid) == (59, 0)


def test_the_lower_of_discount_and_price_for_members_is_paid(student_api, member, course):
    cheaper(course, "30.00")  # 69 for everybody
    [row] = place(student_api, course, total="59.00").json()["data"]["courses"]
    assert row["vip_amount"] == "10.00"

    cheaper(course, "50.00")  # 49 for everybody

    page = student_api.get(f"/api/v1/course/{course.pk}/").json()["data"]
    assert (page["real_price"], page["vip_price"]) == ("49.00", None)
    assert refuses(place(student_api, course, total="59.00"), "49.00")
    [row] = place(student_api, course, total="49.00").json()["data"]["courses"]
    assert (row["real_price"], row["vip_amount"]) == ("49.00", "0.00")
    assert Order.objects.filter(order_status=OrderStatus.UNPAID, total_amount=49).count() == 1
    assert Order.objects.filter(order_status=OrderStatus.CANCELLED, total_amount=59).count() == 1


def test_a_course_that_is_free_now_stays_free(student_api, member, course):
    cheaper(course, "99.00")

    assert place(student_api, course, total="59.00").json()["code"] == 4004
    assert student_api.post(f"/api/v1/course/{course.pk}/enroll/").status_code == 200


def test_a_membership_that_ends_before_placing_changes_the_price(student_api, member, course):
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        student_api.force_authenticate(member)
        assert refuses(place(student_api, course, total="59.00"), "99.00")
    assert not Order.objects.filter(order_courses__isnull=False).exists()


def test_an_order_at_the_price_for_members_outlives_the_membership(
    student, student_api, member, course, fake_alipay
):
    number = place(student_api, course, total="59.00").json()["data"]["out_trade_no"]
    end_membership()

    assert refuses(place(student_api, course, total="59.00"), "99.00")
    order = Order.objects.get(out_trade_no=number)
    assert order.order_status == OrderStatus.UNPAID
    dearer = place(student_api, course, total="99.00").json()["data"]
    order.refresh_from_db()
    assert (order.order_status, dearer["total_amount"]) == (OrderStatus.CANCELLED, "99.00")


def test_a_paid_order_stays_when_the_membership_is_refunded(member, course, fake_alipay):
    order = ordered(member.pk, course, "59.00")
    fake_alipay.sell(order)
    assert deliver(fake_alipay, order)

    end_membership()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert own.ends_at(member.pk, timezone.now()) is None
    assert refunded_and_due(order) == (0, 0)


def test_the_cart_has_the_students_own_price(student_api, member, course, stranger_api):
    other = CourseFactory(price="10.00")
    for client in (student_api, stranger_api):
        for each in (course, other):
            assert client.post(CART, {"course": each.pk}, format="json").status_code == 201

    mine, theirs = (client.get(CART).json()["data"] for client in (student_api, stranger_api))

    def prices(rows):
        return [(row["price_seen"], row["real_price"], row["vip_price"]) for row in rows]

    assert prices(mine) == [("10.00", "10.00", None), ("59.00", "59.00", "59.00")]
    assert prices(theirs) == [("10.00", "10.00", None), ("99.00", "99.00", "59.00")]
    order = place(student_api, course, other, total="69.00").json()["data"]
    assert {row["vip_amount"] for row in order["courses"]} == {"40.00", "0.00"}


@pytest.mark.parametrize(
    ("stacking", "total"),
    [
        (Stacking.WITH_DISCOUNT, "49.00"),  # 59 − 10
        (Stacking.NOT_DISCOUNTED, None),
        (Stacking.LOWER_OF_BOTH, None),  # 99 − 10 is more than 59
    ],
)
def test_to_a_coupon_the_price_for_members_is_a_discount(
    student_api, member, course, stacking, total
):
    coupon = CouponFactory(kind=CouponKind.MINUS, value="10.00", threshold=0, stacking=stacking)
    claim = ClaimFactory(user=member, coupon=coupon)
    quoted = student_api.post(QUOTE, {"courses": [course.pk]}, format="json")
    [quote] = quoted.json()["data"]

    if total is None:
        assert quote["why"]
        assert place(student_api, course, total="59.00", coupon=claim.pk).status_code == 409
        return
    assert quote["total_amount"] == total
    order = place(student_api, course, total=total, coupon=claim.pk).json()["data"]
    [line] = order["courses"]
    assert (line["real_price"], line["vip_amount"], line["coupon_amount"]) == (
        *("49.00", "40.00", "10.00"),
    )


@pytest.mark.parametrize("stacking", Stacking)
@pytest.mark.parametrize(
    ("kind", "value", "threshold"),
    [
        (CouponKind.THRESHOLD, "30.00", 99),  # the price for members misses it
        (CouponKind.MINUS, "50.00", 0),
        (CouponKind.RATE, "0.50", 0),
        (CouponKind.PRICE, "70.00", 0),
        (CouponKind.MINUS, "1.00", 0),
    ],
)
def test_no_member_pays_more_with_a_coupon_than_others(
    student_api, member, course, stacking, kind, value, threshold
):
    terms = {"kind": kind, "value": value, "threshold": threshold, "stacking": stacking}
    coupon, totals = CouponFactory(**terms), []
    stranger = UserFactory()
    for client, user, without in (
        (student_api, member, "59.00"),
        (logged_in(stranger), stranger, "99.00"),
    ):
        claim = ClaimFactory(user=user, coupon=coupon)
        quoted = client.post(QUOTE, {"courses": [course.pk]}, format="json").json()["data"]
        [quote] = quoted
        assert quote["total_amount"] == without if quote["why"] else True
        more = {} if quote["why"] else {"coupon": claim.pk}
        answer = place(client, course, total=quote["total_amount"], **more)
        assert answer.status_code == 201, answer.json()
        totals.append(Decimal(answer.json()["data"]["total_amount"]))

    assert totals[0] <= totals[1]
    assert totals[0] <= 59


@pytest.mark.parametrize(
    ("kind", "value", "stacking", "line", "rest"),
    [
        # As dear for everybody: the membership has saved nothing.
        (CouponKind.PRICE, "9.90", Stacking.LOWER_OF_BOTH, ("9.90", "0.00", "89.10"), "29.00"),
        (CouponKind.PRICE, "9.90", Stacking.WITH_DISCOUNT, ("9.90", "0.00", "89.10"), "29.00"),
        # 49.50 for everybody.
        (CouponKind.RATE, "0.50", Stacking.WITH_DISCOUNT, ("29.50", "20.00", "49.50"), "9.00"),
        # 98 for everybody.
        (CouponKind.MINUS, "1.00", Stacking.WITH_DISCOUNT, ("58.00", "40.00", "1.00"), "0.00"),
    ],
)
def test_with_a_coupon_a_member_saves_what_others_pay_more_with_it(
    student_api, member, course, fake_alipay, kind, value, stacking, line, rest
):
    """That comes off a refund of the membership, which gives back 29 of its 30 yuan."""
    coupon = CouponFactory(kind=kind, value=value, threshold=0, stacking=stacking)
    claim = ClaimFactory(user=member, coupon=coupon)
    membership = Order.objects.get(membership_line__isnull=False)

    placed = place(student_api, course, total=line[0], coupon=claim.pk).json()["data"]
    paid = Order.objects.get(out_trade_no=placed["out_trade_no"])
    fake_alipay.sell(paid)
    assert deliver(fake_alipay, paid)

    [row] = placed["courses"]
    assert (row["real_price"], row["vip_amount"], row["coupon_amount"]) == line
    option = student_api.get(f"/api/v1/order/{membership.out_trade_no}/").json()["data"]
    assert option["refund_options"]["whole"]["amount"] == rest


def test_whatever_the_cart_a_member_saves_what_others_pay_more(student_api, member):
    rng = random.Random(11)
    for _ in range(25):
        courses = []
        for _ in range(rng.randint(1, 3)):
            price = rng.randint(20, 200)
            vip = f"{rng.randint(1, price - 1)}.00" if rng.random() < 0.7 else None
            courses.append(CourseFactory(price=f"{price}.00", vip_price=vip))
        kind = rng.choice([CouponKind.MINUS, CouponKind.RATE, CouponKind.PRICE])
        value = f"0.{rng.randint(1, 9)}" if kind == CouponKind.RATE else f"{rng.randint(1, 60)}"
        coupon = CouponFactory(
            kind=kind, value=value, threshold=0, stacking=rng.choice(list(Stacking))
        )
        ids, totals = {"courses": [each.pk for each in courses]}, []
        for user in (member, UserFactory()):
            claim = ClaimFactory(user=user, coupon=coupon)
            client = logged_in(user)
            [quote] = [
                each
                for each in client.post(QUOTE, ids, format="json").json()["data"]
                if each["id"] == claim.pk
            ]
            totals.append(Decimal(quote["total_amount"]))
            if user == member:
                used = not quote["why"]
                more = {} if quote["why"] else {"coupon": claim.pk}
                answer = place(client, *courses, total=quote["total_amount"], **more)
                assert answer.status_code == 201, answer.json()
                lines = answer.json()["data"]["courses"]
        for row in lines:
            parts = [Decimal(row[name]) for name in ("real_price", "vip_amount", "coupon_amount")]
            assert min(parts) >= 0
            assert sum(parts) == Decimal(row["price"])
        saved = sum(Decimal(row["vip_amount"]) for row in lines)
        # Who has kept the coupon has saved what everybody pays more without one.
        others = totals[1] if used else sum(Decimal(each.price) for each in courses)
        assert saved == others - totals[0], (coupon.kind, coupon.value, coupon.stacking, lines)


def test_the_best_of_all_combinations_is_found(student_api, member):
    """No step from all prices for members, or from all of everybody, makes this one cheaper."""
    prices = [("188.49", "107.44"), ("128.83", "109.51"), ("110.45", "23.19"), ("90.51", "82.36")]
    courses = [CourseFactory(price=price, vip_price=vip) for price, vip in prices]
    coupon = CouponFactory(
        kind=CouponKind.MINUS, value="66.81", threshold="146.26", stacking=Stacking.NOT_DISCOUNTED
    )
    claim = ClaimFactory(user=member, coupon=coupon)
    body = {"courses": [each.pk for each in courses]}

    [quote] = student_api.post(QUOTE, body, format="json").json()["data"]

    # The second and the fourth with the coupon, the others at the price for members.
    assert (quote["total_amount"], quote["why"]) == ("283.16", "")
    assert place(student_api, *courses, total="283.16", coupon=claim.pk).status_code == 201


def test_each_course_of_a_cart_has_the_better_price(student_api, member):
    one = CourseFactory(price="100.00", vip_price="95.00")
    two = CourseFactory(price="100.00", vip_price="60.00")
    coupon = CouponFactory(
        kind=CouponKind.MINUS, value="50.00", threshold=0, stacking=Stacking.NOT_DISCOUNTED
    )
    claim = ClaimFactory(user=member, coupon=coupon)

    quoted = student_api.post(QUOTE, {"courses": [one.pk, two.pk]}, format="json")
    order = place(student_api, one, two, total="110.00", coupon=claim.pk).json()["data"]

    [quote] = quoted.json()["data"]
    assert (quote["amount"], quote["total_amount"]) == ("45.00", "110.00")  # of 95 and 60
    lines = [
        (each["real_price"], each["vip_amount"], each["coupon_amount"]) for each in order["courses"]
    ]
    assert lines == [("50.00", "0.00", "50.00"), ("60.00", "40.00", "0.00")]


def test_shares_of_a_package_are_those_of_everybody(student_api, member, course):
    package = PackageFactory(price="100.00", courses=[course, CourseFactory(price="101.00")])
    courses = list(package.courses.order_by("pk"))

    answer = place(student_api, *courses, total="100.00", package=package.pk).json()["data"]

    assert {line["vip_amount"] for line in answer["courses"]} == {"0.00"}
    assert sorted(line["real_price"] for line in answer["courses"]) == ["49.50", "50.50"]


def test_no_course_is_dearer_in_a_package_than_for_its_member_alone(
    student_api, stranger_api, api, member, fake_alipay
):
    """Of 180 yuan everybody pays shares of 90; a member pays 10 for the first one alone."""
    first = CourseFactory(price="100.00", vip_price="10.00")
    second = CourseFactory(price="100.00", vip_price="95.00")
    package = PackageFactory(price="180.00", courses=[first, second])

    def page(client):
        return client.get(f"/api/v1/promotion/package/{package.pk}/").json()["data"]

    def shares(data):
        rows = data["courses"]
        return [(row["real_price"], row["share"], row["vip_amount"]) for row in rows]

    for visitor in (api, stranger_api, api):
        shown = page(visitor)
        assert shares(shown) == [("100.00", "90.00", "0.00")] * 2
        assert (shown["total_amount"], shown["single_amount"]) == ("180.00", "200.00")
    mine = page(student_api)
    assert shares(mine) == [("10.00", "10.00", "80.00"), ("95.00", "90.00", "0.00")]
    assert (mine["total_amount"], mine["single_amount"]) == ("100.00", "105.00")
    assert mine["is_cheaper"]
    assert refuses(place(student_api, first, second, total="180.00", package=package.pk), "100.00")
    assert refuses(place(stranger_api, first, second, total="100.00", package=package.pk), "180.00")
    order = place(student_api, first, second, total="100.00", package=package.pk).json()["data"]
    lines = [(row["price"], row["real_price"], row["vip_amount"]) for row in order["courses"]]
    assert lines == [("100.00", "10.00", "80.00"), ("100.00", "90.00", "0.00")]
    assert (
        place(student_api, first, second, total="100.00", package=package.pk).json()["out_trade_no"]
        == order["out_trade_no"]
    )


def test_a_package_with_discounts_is_never_dearer_for_a_member(student_api, member, fake_alipay):
    """A discount moves the shares; whoever has one of the courses pays the other."""
    rng, number = random.Random(7), 0
    for _ in range(12):
        courses = [
            CourseFactory(price=f"{rng.randint(50, 200)}.00", vip_price=f"{rng.randint(1, 49)}.00")
            for _ in range(3)
        ]
        total = sum(Decimal(each.price) for each in courses)
        package = PackageFactory(price=total * rng.randint(10, 99) / 100, courses=courses)
        if rng.random() < 0.7:
            cheaper(courses[0], f"{rng.randint(1, 49)}.00")
        url = f"/api/v1/promotion/package/{package.pk}/"
        for owned in (0, 1):
            if owned:
                enrollment.enroll(
                    user_id=member.pk,
                    course_id=courses[1].pk,
                    source=EnrollmentGrant.Source.GRANT,
                )
            shown = student_api.get(url).json()["data"]
            rest = [each for each in shown["courses"] if each["id"] not in shown["owned"]]
            for each in rest:
                alone = Decimal(each["real_price"])
                assert Decimal(each["share"]) <= alone
                number += alone < Decimal(each["price"])
            alone = sum(Decimal(each["real_price"]) for each in rest)
            assert Decimal(shown["total_amount"]) <= Decimal(shown["single_amount"]) == alone
            body = [Course.objects.get(pk=each["id"]) for each in rest]
            placed = place(student_api, *body, total=shown["total_amount"], package=package.pk)
            assert placed.status_code == 201, placed.json()
    assert number


def test_a_package_that_a_member_gains_nothing_by_says_so(student_api, api, member):
    courses = [CourseFactory(price="100.00", vip_price="10.00") for _ in range(2)]
    url = f"/api/v1/promotion/package/{PackageFactory(price='50.00', courses=courses).pk}/"

    mine, public = (client.get(url).json()["data"] for client in (student_api, api))

    assert (mine["total_amount"], mine["single_amount"], mine["is_cheaper"]) == (
        *("20.00", "20.00"),
        False,
    )
    assert (public["total_amount"], public["is_cheaper"]) == ("50.00", True)


def test_only_a_course_with_a_price_for_members_costs_a_query(member, course):
    plain = CourseFactory(price="59.00")
    stranger = UserFactory()
    for user_id, each in ((UserFactory().pk, CourseFactory()), (UserFactory().pk, course)):
        ordered(user_id, each, "99.00")  # compiles the queries

    def queries(user_id, each, total):
        with CaptureQueriesContext(connection) as seen:
            ordered(user_id, each, total)
        return len(seen)

    without = queries(UserFactory().pk, plain, "59.00")
    assert queries(member.pk, plain, "59.00") == without
    # And one that asks whether the membership is being refunded.
    assert queries(member.pk, course, "59.00") == without + 2
    assert queries(stranger.pk, course, "99.00") == without + 1


def beside_a_refund(monkeypatch, member, course, *, patience) -> tuple[list[str], list[str]]:
    """A refund of the membership begins when placing has looked at it, and before it commits.

    Return what was over before the order was written, and what became of the order.
    """
    begun, over, ends = Event(), Event(), []
    real = checkout._create

    def refund():
        begun.wait(30)
        try:
            end_membership()
            over.set()
        finally:
            connections.close_all()

    def late(*values):
        begun.set()
        if over.wait(patience):
            ends.append("refunded before it was written")
        return real(*values)

    monkeypatch.setattr(checkout, "_create", late)
    rival = Thread(target=refund)
    rival.start()
    order = ordered(member.pk, course, "59.00")
    rival.join(60)
    assert over.is_set()
    return ends, [str(order.total_amount)]


def test_a_membership_is_not_refunded_while_its_price_is_taken(monkeypatch, member, course):
    assert beside_a_refund(monkeypatch, member, course, patience=2) == ([], ["59.00"])
    with pytest.raises(PriceChanged):
        ordered(member.pk, course, "59.00")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="its one write lock holds refunds back")
def test_control_without_holding_it_the_refund_comes_between(monkeypatch, member, course):
    def look(user_id, now):
        return own.ends_at(user_id, now) is not None

    monkeypatch.setattr(promotion_locks, "lock_membership", look)

    ends, _ = beside_a_refund(monkeypatch, member, course, patience=60)

    assert ends == ["refunded before it was written"]


def test_a_line_that_contradicts_itself_is_found(member, course):
    order = ordered(member.pk, course, "59.00")
    [rule] = vip_integrity.RULES
    lines = OrderDetail.objects.filter(order=order)

    for wrong in ({"vip_amount": "40.01"}, {"vip_amount": "40.00", "real_price": "59.01"}):
        assert integrity.Violation(rule, order.out_trade_no) not in integrity.run_checks()
        lines.update(**wrong)
        assert integrity.Violation(rule, order.out_trade_no) in integrity.run_checks()
        lines.update(vip_amount="40.00", real_price="59.00")
