"""manage.py refund_order: one sentence, and an exit status that tells what became of the money."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.tests.factories import CourseFactory, MembershipTermFactory
from luffy_api.tests.fake_gateway import FINISHED
from luffy_api.tests.memberships import bought, days_left
from luffy_api.tests.refunding import courses_of, deliver, paid_again, refunded_and_due

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def refund_order(order, *options: str, reason: str = "退课") -> None:
    call_command("refund_order", order.out_trade_no, *options, f"--reason={reason}")


def failing(order, *options: str, **more: str) -> CommandError:
    with pytest.raises(CommandError) as failed:
        refund_order(order, *options, **more)
    return failed.value


def test_all_that_is_left_goes_back(order, capsys):
    refund_order(order, "--amount=9.90")
    refund_order(order)

    out = capsys.readouterr().out.splitlines()
    assert [line.split("，")[1] for line in out] == ["共 9.90 元", "共 89.10 元"]
    assert order.out_trade_no in out[0]
    assert courses_of(order.user) == set()
    assert set(Refund.objects.values_list("origin", "reason")) == {("command", "退课")}


def test_one_course_goes_back(order):
    [first, second] = order.order_courses.order_by("real_price")

    refund_order(order, f"--course={first.course_id}")

    assert courses_of(order.user) == {second.course_id}


@pytest.mark.parametrize(
    "option",
    [
        *(
            "--amount=1e1",
            "--amount=1_0",
            "--amount=１",
            "--amount=NaN",
            "--amount=-1",
            "--amount=",
        ),
        *("--amount=9.999", f"--course={'9' * 30}", "--course=-1", "--course=x", "--trade="),
    ],
)
def test_what_is_mistyped_gives_nothing_back(order, option):
    failed = failing(order, option)

    assert Refund.objects.count() == 0
    assert failed.returncode == 1 or "argument" in str(failed)


def test_a_second_payment_goes_back(fake_alipay, order):
    second = paid_again(fake_alipay, order)

    refund_order(order, f"--trade={second.trade_no}")

    assert refunded_and_due(order) == (99, 0)
    assert Refund.objects.get().payment == second
    assert failing(order, "--trade=unknown").returncode == 1


def test_a_membership_goes_back_by_days_and_ends(fake_alipay, order, capsys):
    paid = bought(fake_alipay, order.user_id, MembershipTermFactory(months=0, days=30))
    second = paid_again(fake_alipay, paid)
    wrong = [["--by-days", "--amount=30.01"], ["--by-days", "--course=1"]]
    assert [failing(paid, *options).returncode for options in wrong] == [1, 1]
    assert failing(paid, "--by-days", f"--trade={second.trade_no}").returncode == 1
    assert str(failing(order, "--by-days")) == "这笔付款不是会员订单"

    refund_order(paid, "--by-days")

    assert "共 29.00 元" in capsys.readouterr().out
    assert days_left(order.user_id) == 0
    assert failing(paid, "--by-days").returncode == 1


def test_less_is_given_back_for_what_was_saved_as_a_member(fake_alipay, order, capsys):
    paid = bought(fake_alipay, order.user_id, MembershipTermFactory(months=0, days=30))
    course = CourseFactory(price="99.00", vip_price="94.00")
    fake_alipay.sell(
        saved := checkout.place_order(
            user_id=order.user_id, course_ids=[course.pk], total_amount=Decimal("94.00")
        )
    )
    assert deliver(fake_alipay, saved)

    refund_order(paid, "--by-days")

    assert "共 24.00 元" in capsys.readouterr().out
    again = bought(fake_alipay, order.user_id, MembershipTermFactory(months=0, days=30))
    refund_order(again, "--by-days", "--amount=7.00")
    assert "共 7.00 元" in capsys.readouterr().out
    assert days_left(order.user_id) == 0


def test_nothing_left_an_unknown_order_and_a_wrong_amount_are_errors(order):
    refund_order(order, "--amount=1.00")
    assert failing(order, "--amount=98.01").returncode == 1
    assert failing(order, "--course=987654321").returncode == 1
    refund_order(order)

    assert str(failing(order)) == "没有可退的款项"
    order.out_trade_no = "unknown"
    assert str(failing(order)) == "订单不存在"


def test_a_refusal_is_an_error_with_its_reason(fake_alipay, order):
    fake_alipay.trades[order.out_trade_no].status = FINISHED

    error = failing(order)

    assert error.returncode == 1
    assert "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL" in str(error)


def test_an_unknown_result_has_a_status_of_its_own_and_starts_no_second_refund(fake_alipay, order):
    fake_alipay.mode = "lost"

    assert failing(order).returncode == 3
    assert failing(order).returncode == 1

    assert Refund.objects.get().status == RefundStatus.PROCESSING


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--amount=nine"], "退课"),
        (["--amount=1", "--course=1"], "退课"),
        (["--course=x"], "退课"),
        ([], " "),
        ([], "长" * 201),
    ],
)
def test_wrong_arguments_are_refused(order, options, reason):
    failing(order, *options, reason=reason)

    assert not Refund.objects.exists()
