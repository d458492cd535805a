"""优惠券数据: each coupon's figures are the sums of its rows, in a span that ends at midnight."""

from decimal import Decimal

import pytest
from django.db.models import Q, Sum
from django.test import Client
from django.urls import reverse

from luffy_api.apps.dashboard.figures.coupon_page import coupon_page
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.tests.sold import at
from luffy_api.apps.order import cancellation, checkout
from luffy_api.apps.order.models import OrderPayment, PayType
from luffy_api.apps.promotion import batches, services
from luffy_api.apps.promotion.models import Claim, CodeBatch, Coupon, Redemption
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.common import roles
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    OrderFactory,
    UserFactory,
)
from luffy_api.tests.people import staff
from luffy_api.tests.refunding import deliver, finish, start

PAGE = reverse("admin:dashboard_dailyfigures_coupons")
State = Redemption.State


def everything(permission):
    return True


def found(span):
    """The values of each coupon by heading."""
    [table] = coupon_page(span, everything).tables
    names = table.headings[1:]
    rows = [*table.rows, table.total]
    return {row.label: dict(zip(names, row.values, strict=True)) for row in rows}


def codes_for(coupon, count):
    batch = CodeBatch.objects.create(coupon=coupon, note="活动", count=count, created_by=staff())
    batches.add_codes(batch)
    return batch


def ordered(claim, price):
    course = CourseFactory(price=price)
    return checkout.place_order(
        user_id=claim.user_id,
        course_ids=[course.pk],
        total_amount=Decimal(price) - 20,
        pay_type=PayType.WECHAT,
        claim_id=claim.pk,
    )


def bought(gateway, claim, price):
    order = ordered(claim, price)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


@pytest.mark.django_db(transaction=True)
def test_the_figures_are_the_sums_of_redemptions(fake_wechatpay):
    SchoolSettings.objects.create(pk=1, refund_returns_coupon=True)
    first, second = CouponFactory(name="甲", total_limit=9), CouponFactory(name="乙", per_student=9)
    for _ in range(2):
        services.claim_coupon(user_id=UserFactory().pk, coupon_id=first.pk)
    batch, void = codes_for(second, 5), codes_for(second, 7)
    batches.void(batch_id=void.pk, staff_id=void.created_by_id)
    for code in batch.codes.all()[:3]:
        services.redeem(user_id=UserFactory().pk, text=code.code)
    mine, theirs = list(Claim.objects.filter(coupon=first)), list(second.claims.all())
    bought(fake_wechatpay, mine[0], "99.00")
    partly = bought(fake_wechatpay, theirs[0], "120.50")
    start(partly, amount=Decimal("0.30"))
    refunded = bought(fake_wechatpay, theirs[1], "60.00")
    start(refunded)
    finish()
    cancelled = ordered(mine[1], "50.00")
    fake_wechatpay.open_trade(cancelled.trade_number, cancelled.total_amount, cancelled.expires_at)
    cancellation.cancel(user_id=cancelled.user_id, out_trade_no=cancelled.out_trade_no)

    figures = found(Span.until_today(1))

    assert list(figures["甲"].values()) == [2, 2, 0, 1, 1, 20, 79, 0, 79]
    assert list(figures["乙"].values()) == [
        *(5, 3, 3, 2, 1, 40, Decimal("140.50"), Decimal("40.30"), Decimal("100.20"))
    ]
    totals = [sum(pair) for pair in zip(*(figures[name].values() for name in "甲乙"), strict=True)]
    assert list(figures["合计"].values()) == totals
    paid = Q(state__in=[State.USED, State.LATE]) | Q(reference=refunded.out_trade_no)
    for coupon in (first, second):
        rows = Redemption.objects.filter(claim__coupon=coupon)
        used = rows.filter(paid)
        off = used.aggregate(sum=Sum("amount"))["sum"]
        own = figures[coupon.name]
        assert own["使用"] == used.count()
        assert own["优惠（元）"] == off.quantize(Decimal("0.01"))
        assert own["退回"] == rows.filter(state=State.RETURNED).count()
        assert own["领取"] == coupon.claims.count()
    assert list(found(Span(*[Span.until_today(2).first] * 2))) == ["合计"]


@pytest.fixture
def used(student):
    """A coupon that was used for 79 yuan."""
    claim = ClaimFactory(user=student, coupon__name="=新人券")
    order = ordered_row(claim)
    OrderPayment.objects.create(
        order=order, pay_type=order.pay_type, trade_no="T1", amount="79.00", paid_at=at("22 00:00")
    )
    return claim


def ordered_row(claim):
    return OrderFactory(
        user=claim.user,
        trade_no="T1",
        coupon_claim=claim,
        coupon_amount="20.00",
        order_status=1,
        pay_time=at("22 00:00"),
    )


@pytest.mark.django_db
def test_days_end_at_midnight_in_shanghai(used):
    Claim.objects.update(created_time=at("21 23:59:59.9"))
    before, after = (
        found(Span(at(day).date(), at(day).date())) for day in ("21 00:00", "22 00:00")
    )

    assert (before["合计"]["领取"], before["合计"]["使用"]) == (1, 0)
    assert (after["合计"]["领取"], after["合计"]["使用"], after["合计"]["收款（元）"]) == (0, 1, 79)


@pytest.mark.django_db
def test_the_page_costs_as_many_queries_at_two_sizes(used, django_assert_num_queries):
    span = Span(at("01 00:00").date(), at("28 00:00").date())
    with django_assert_num_queries(6):
        found(span)
    for _ in range(3):
        claim = ClaimFactory()
        Claim.objects.filter(pk=claim.pk).update(created_time=at("02 00:00"))
    with django_assert_num_queries(6):
        assert len(found(span)) == 5


@pytest.mark.django_db
@pytest.mark.any_database
def test_who_sees_what(used):
    day = {"first": "2026-11-22", "last": "2026-11-22"}

    def page(role="", **fields):
        client = Client()
        client.force_login(staff(role, **fields))
        return client.get(PAGE, day)

    def table(role="", **fields):
        answer = page(role, **fields)
        if answer.status_code != 200:
            return answer.status_code
        return answer.context["found"].tables[0]

    assert "收款（元）" in table(is_superuser=True).headings
    assert "收款（元）" not in table(roles.OPERATIONS).headings
    assert "优惠（元）" in table(roles.OPERATIONS).headings
    assert all(number.url == "" for number in page(roles.OPERATIONS).context["found"].numbers[1:])
    assert (table(), table(roles.TEACHERS)) == (403, 403)
    assert Client().get(PAGE).status_code == 302


@pytest.mark.django_db
@pytest.mark.any_database
def test_the_page_leads_to_coupons_and_gives_a_file(admin_client, used):
    day = {"first": "2026-11-22", "last": "2026-11-22"}
    page = admin_client.get(PAGE, day)
    file = admin_client.get(PAGE, {**day, "csv": "coupons"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()

    assert reverse("admin:promotion_coupon_change", args=[used.coupon_id]) in page.content.decode()
    assert lines[0].startswith("优惠券,发放,领取,其中兑换码,使用,退回,优惠（元）,收款（元）")
    assert lines[1] == "'=新人券,0,0,0,1,0,20.00,79.00,0.00,79.00"
    wrong = [{**day, "csv": "x"}, {**day, "last": "2026-11-21"}, {"first": "x", "last": "2026"}]
    assert [admin_client.get(PAGE, each).status_code for each in wrong] == [404, 400, 400]
    OrderFactory(order_status=1, pay_time=at("22 00:00"))
    for number in page.context["found"].numbers[1:]:
        assert [
            row.coupon_claim_id for row in admin_client.get(number.url).context["cl"].result_list
        ] == [used.pk]
    lists = ["admin:promotion_coupon_changelist", "admin:dashboard_dailyfigures_changelist"]
    assert all(PAGE in admin_client.get(reverse(name)).content.decode() for name in lists)
    Coupon.objects.update(is_delete=True)
    assert "=新人券" in admin_client.get(PAGE, day).content.decode()
