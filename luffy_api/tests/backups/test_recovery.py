"""What `recover_payments` says when it cannot learn anything, or is asked for nonsense."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import references
from luffy_api.tests import peers
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("since", ["", "yesterday", "2026-03-01T02:00:00", "9" * 50])
def test_a_time_without_its_zone_is_refused(since):
    with pytest.raises(CommandError, match="time with its zone"):
        call_command("recover_payments", "--since", since)


def test_a_file_that_cannot_be_read_is_said(tmp_path, fake_alipay, fake_wechatpay):
    now = timezone.now().isoformat()
    with pytest.raises(CommandError, match="No such file"):
        call_command("recover_payments", "--since", now, "--numbers", str(tmp_path / "log"))


def test_a_provider_that_is_away_is_not_taken_for_an_answer(fake_alipay, fake_wechatpay):
    order = OrderFactory(total_amount=Decimal("99.00"))
    fake_alipay.sell(order)
    fake_alipay.mode = fake_wechatpay.mode = "forged"
    since = datetime.now(UTC) - timedelta(minutes=1)
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("recover_payments", "--since", since.isoformat(), stdout=out)
    assert "尚不清楚" in out.getvalue()
    order.refresh_from_db()
    assert order.order_status == 0

    fake_alipay.mode = fake_wechatpay.mode = "fine"
    with pytest.raises(SystemExit):
        call_command("recover_payments", "--since", since.isoformat(), stdout=out)
    assert f"已入账  支付宝  {order.out_trade_no}" in out.getvalue()


def test_a_log_names_the_trades_that_are_asked_about(tmp_path, fake_alipay, fake_wechatpay):
    order = OrderFactory(courses=[CourseFactory(price=Decimal("99.00"))], total_amount="99.00")
    order.refresh_from_db()
    trade = fake_wechatpay.sell(order)
    trade.reference = references.reference_of(order)
    Order.objects.all().delete()
    log = tmp_path / "log"
    log.write_bytes(b"\xff order " + order.out_trade_no.encode() + b" paid, 99.00 yuan\n" * 2)
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command(
            *("recover_payments", "--since", timezone.now().isoformat()),
            *("--numbers", str(log)),
            stdout=out,
        )

    assert out.getvalue().count("订单已重建") == 1
    assert Order.objects.get().out_trade_no == order.out_trade_no


def test_a_notification_of_a_lost_order_of_a_lost_student_is_refused():
    """Its student registered in the time that was lost: nobody else gets the course."""
    order = OrderFactory(
        user=UserFactory(), courses=[CourseFactory(price=Decimal("99.00"))], total_amount="99.00"
    )
    order.refresh_from_db()
    kept = references.reference_of(order)
    message = peers.ALIPAY.message(
        peers.ALIPAY.fields(peers.facts_of(peers.ALIPAY, order), passback_params=kept)
    )
    Order.objects.all().delete()
    order.user.delete()

    assert peers.post(message) == peers.ALIPAY.rejected

    assert not Order.objects.exists()
