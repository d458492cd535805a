"""会员套餐, 会员记录 and refunds by days in the back office."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Refund
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipTerm
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import page, save
from luffy_api.tests.memberships import bought
from luffy_api.tests.people import staff
from luffy_api.tests.refunding import ask, deliver, start

pytestmark = pytest.mark.django_db
TERM = {
    "name": "年度会员",
    "brief": "",
    "months": "12",
    "days": "0",
    "price": "299",
    "orders": "100",
    "is_show": "on",
}


@pytest.mark.any_database
def test_a_term_is_entered_and_one_that_cannot_be_is_refused(admin_client):
    assert admin_client.post(page(MembershipTerm, "add"), TERM).status_code == 302
    wrong = [
        {"days": "3"},
        {"months": "0"},
        {"months": "121"},
        {"months": "-1"},
        {"months": "x"},
        {"price": "0"},
        {"price": "-1"},
        {"price": "99999999"},
        {"name": ""},
    ]
    for fields in wrong:
        answer = admin_client.post(page(MembershipTerm, "add"), {**TERM, **fields})
        assert (answer.status_code, bool(answer.context["errors"])) == (200, True), fields
    term = MembershipTerm.objects.get()
    assert (term.length, term.price) == ("12 个月", Decimal("299.00"))
    save(admin_client, term, price="199", months="6")
    term.refresh_from_db()
    assert (term.price, term.months) == (Decimal("199.00"), 12)


def test_what_a_student_has_bought_is_shown_and_refunded_by_days(
    admin_client, student, fake_alipay
):
    term = factories.MembershipTermFactory(name="半月会员", months=0, days=15)
    order = checkout.place_order(
        user_id=student.pk, course_ids=[], total_amount=term.price, term_id=term.pk
    )
    fake_alipay.sell(order)
    assert deliver(fake_alipay, order)
    period = MembershipPeriod.objects.get()

    shown = admin_client.get(page(MembershipPeriod, "change", period.pk)).content.decode()
    assert "剩余 14 整天，28.00 元" in shown
    listed = admin_client.get(page(MembershipPeriod, "changelist") + "?state=live")
    assert "半月会员" in listed.content.decode()
    over = admin_client.get(page(MembershipPeriod, "changelist") + "?state=over")
    assert "半月会员" not in over.content.decode()
    profile = admin_client.get(reverse("admin:dashboard_student_change", args=[student.pk]))
    assert "会员（1）" in profile.content.decode()
    url = reverse("admin:order_order_refund", args=[order.pk])
    form = admin_client.get(url)
    assert "会员按剩余整天退 28.00 元" in form.content.decode()
    data = {
        "request_no": form.context["form"].initial["request_no"],
        "target": f"membership:{order.pk}",
        "reason": "退会员",
    }
    refused = admin_client.post(url, {**data, "amount": "30.01"}, follow=True)
    assert "最多可退 30.00 元" in refused.content.decode()
    assert not Refund.objects.exists()
    assert admin_client.post(url, data).status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.ends_membership) == (Decimal("28.00"), True)
    period.refresh_from_db()
    assert period.ended_at - timezone.now() < timedelta(minutes=1)
    form = admin_client.get(url)
    assert "会员按剩余整天退" not in form.content.decode()
    assert form.context["form"].initial["target"].startswith("payment:")


def test_who_sees_no_orders_sees_no_amounts(client, student, fake_alipay):
    """运营 makes the terms and sees who is a member."""
    order = bought(fake_alipay, student.pk, factories.MembershipTermFactory(price=Decimal("77.77")))
    period = MembershipPeriod.objects.get()
    pages = [
        page(MembershipPeriod, "changelist"),
        page(MembershipPeriod, "change", period.pk),
        reverse("admin:dashboard_student_change", args=[student.pk]),
    ]
    seen = {}
    for role in (roles.OPERATIONS, roles.FINANCE):
        client.force_login(staff(role))
        answers = [client.get(address).content.decode() for address in pages]
        assert all(order.out_trade_no in text for text in answers)
        seen[role] = ["77.77" in text for text in answers]

    assert seen == {roles.OPERATIONS: [False] * 3, roles.FINANCE: [True] * 3}


def test_what_went_back_already_is_taken_off(admin_client, student, fake_alipay):
    order = bought(fake_alipay, student.pk, factories.MembershipTermFactory(months=0, days=30))
    url = reverse("admin:order_order_refund", args=[order.pk])

    def chosen_first():
        form = admin_client.get(url).context["form"]
        key, label = form.fields["target"].choices[0]
        assert form.initial["target"] == key
        return label.partition("，")[0]

    assert chosen_first() == "会员按剩余整天退 29.00 元"
    start(order, amount=Decimal("10.00"))
    assert chosen_first() == "会员按剩余整天退 20.00 元"
    start(order, amount=Decimal("20.00"))
    assert "余额 0.00 元" in admin_client.get(url).content.decode()
    assert "会员按剩余整天退" not in admin_client.get(url).content.decode()


def test_who_decides_sees_what_the_days_are_worth_now(admin_client, student, fake_alipay):
    order = bought(fake_alipay, student.pk, factories.MembershipTermFactory(months=0, days=30))
    refund = ask(order)
    assert refund.amount == Decimal("29.00")
    MembershipPeriod.objects.update(starts_at=F("starts_at") - timedelta(days=10))
    MembershipPeriod.objects.update(ends_at=F("ends_at") - timedelta(days=10))

    shown = admin_client.get(page(Refund, "change", refund.pk)).content.decode()
    decide = reverse("admin:order_refund_decide", args=[refund.pk, "approve"])
    question = admin_client.get(decide).content.decode()

    assert "此刻剩余 19 整天，19.00 元" in shown
    assert "29.00 元（按申请时的剩余天数；此刻剩余 19 整天，19.00 元）" in question
