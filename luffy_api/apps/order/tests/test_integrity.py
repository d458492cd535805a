"""check_integrity: silent over a consistent database, one line for each violation."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from luffy_api.apps.community import integrity as community_integrity
from luffy_api.apps.course.models import (
    Course,
    Enrollment,
    EnrollmentGrant,
    StudentCountChange,
)
from luffy_api.apps.learning import integrity as learning_integrity
from luffy_api.apps.order import (
    coupon_integrity,
    integrity,
    invoice_integrity,
    membership_integrity,
    package_integrity,
    study_integrity,
    vip_integrity,
)
from luffy_api.apps.order.models import (
    IdempotencyKey,
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, OrderFactory
from luffy_api.tests.undoing import undone
from luffy_api.tests.violations import violations
from luffy_api.tests.written import Writes

pytestmark = pytest.mark.django_db
WRITES = Writes()
WITHOUT_ORDER = "订单详情或幂等键没有对应的订单"


@pytest.fixture
def open_order():
    return OrderFactory(open_cart_key="open")


@pytest.fixture
def paid_order():
    order = OrderFactory(open_cart_key="paid")
    services.record_payment(
        Payment(
            out_trade_no=order.out_trade_no,
            trade_no="1",
            total_amount=order.total_amount,
            paid_at=None,
            source=PaymentEvent.Source.NOTIFICATION,
        )
    )
    order.refresh_from_db()
    return order


@pytest.fixture(autouse=True)
def _asked_before(db):
    """As at the end of many tests, when nothing is wrong yet; then it is listened to writes."""
    assert violations() == []
    WRITES.tables.clear()
    WRITES.listen()
    yield
    WRITES.close()


def found() -> list[str]:
    """The rules that are broken, whoever asks."""
    found = list(integrity.run_checks())
    assert violations() == found
    assert violations(WRITES.tables) == found
    return [violation.rule for violation in found]


def test_a_consistent_database_has_no_violations(open_order, paid_order, capsys):
    EnrollmentFactory(source=EnrollmentGrant.Source.FREE)
    Course.objects.filter(enrollment_grants__source=EnrollmentGrant.Source.FREE).update(students=7)

    call_command("check_integrity")

    assert "没有发现矛盾" in capsys.readouterr().out


def test_a_violation_names_its_row_and_fails_the_command(open_order, capsys):
    OrderDetail.objects.all().delete()

    with pytest.raises(CommandError, match="发现 2 处矛盾"):  # its total is wrong then as well
        call_command("check_integrity")

    assert f"订单没有任何课程，也不是会员订单：{open_order.out_trade_no}" in capsys.readouterr().out


def _without_access():
    Enrollment.objects.all().delete()
    EnrollmentGrant.objects.all().delete()


def refund(order, amount="99.00", **fields):
    fields = {"status": RefundStatus.REFUNDED, "finished_at": timezone.now(), **fields}
    Refund.objects.create(
        order=order,
        payment=order.payments.get(),
        amount=amount,
        origin=Refund.Origin.STAFF,
        **fields,
    )


def without_user(order):
    Order.objects.filter(pk=order.pk).update(user_id=10**9)
    _without_access()


def without_course(order):
    OrderDetail.objects.update(course_id=10**9)
    _without_access()


def sql(**changes):
    return lambda order: Order.objects.filter(pk=order.pk).update(**changes)


BROKEN = {
    "订单总价不等于各课程实价之和": sql(total_amount=Decimal("98.00")),
    "订单已付款，却没有支付平台流水号或支付时间": sql(trade_no=""),
    "订单已付款，却没有入账的支付消息": lambda order: PaymentEvent.objects.all().delete(),
    "支付消息已入账，订单却不是已支付": sql(order_status=OrderStatus.CANCELLED),
    "订单已付款，却没有与它相符的付款记录": lambda order: OrderPayment.objects.update(trade_no="2"),
    "有付款记录，订单却不是已付款": sql(order_status=OrderStatus.CANCELLED),
    "订单已支付，却没有给学员课程授权": lambda order: _without_access(),
    "课程授权来自订单，却没有已支付的订单": sql(order_status=OrderStatus.REFUNDED),
    "有课程授权，学员却没有课程": lambda order: Enrollment.objects.all().delete(),
    "学员有课程，却没有课程授权": lambda order: EnrollmentGrant.objects.all().delete(),
    "免费或赠送的课程带有订单号": lambda order: EnrollmentGrant.objects.update(source=0),
    "未支付的订单没有购物篮标记，或已结束的订单还有": sql(open_cart_key="again"),
    "课程的学习人数少于已购人数": lambda order: StudentCountChange.objects.all().delete(),
    "课程目录中的展示或当前价格与课程、分类、优惠活动不符": (
        lambda order: Course.objects.update(current_price=1)
    ),
    "订单的学员或课程已不存在": without_user,
}


def refund_of_another_course(order):
    refund(order, "1.00", course_id=10**9)


def refund_of_a_line(order):
    refund(order, "1.00", course_id=order.order_courses.get().course_id)


def refund_more(order):
    refund_of_a_line(order)
    refund(order)


def lost_refund(order):
    refund(order, status=RefundStatus.PROCESSING)


def request_for_too_much(order):
    """Two cents are left."""
    refund(order, "98.98")
    refund(order, "0.03", status=RefundStatus.REQUESTED, finished_at=None)


BROKEN_BY_REFUNDS = {
    "退款的付款不属于它的订单，或课程不在订单里": refund_of_another_course,
    "付款没有对应的订单": lambda order: OrderPayment.objects.update(order_id=10**9),
    "退款超过付款": refund_more,
    "支付平台告知的退款多于退款记录": lambda order: OrderPayment.objects.update(heard_refunds=1),
    "订单的款项已全部退回，状态却不是已退款，或相反": refund,
    "申请退款的金额多于付款的余额": request_for_too_much,
    "课程已退款，授权却没有结束": refund_of_a_line,
    "退款已完成，却没有退款消息": refund,
    "处理中的退款不会再向支付平台查询，或已有结果的还会": lost_refund,
}


def test_each_contradiction_of_a_paid_order_is_found(paid_order):
    for sentence, contradict in (BROKEN | BROKEN_BY_REFUNDS).items():
        with undone():
            contradict(paid_order)

            assert sentence in found(), sentence
    assert violations() == []


def test_a_refund_by_hand_that_waits_for_staff_is_no_contradiction(paid_order):
    OrderPayment.objects.update(pay_type=PayType.OFFLINE)
    Order.objects.update(pay_type=PayType.OFFLINE)

    lost_refund(paid_order)

    assert found() == []


def test_a_refund_that_was_decided_and_is_still_queried_is_found(paid_order):
    now = timezone.now()
    refund(paid_order, status=RefundStatus.REJECTED, finished_at=None, next_query_at=now)

    assert found() == ["处理中的退款不会再向支付平台查询，或已有结果的还会"]


def test_a_refund_of_a_payment_of_another_order_is_found(paid_order, open_order):
    refund(paid_order, "1.00", status=RefundStatus.REJECTED)
    Refund.objects.update(order=open_order)

    assert found() == ["退款的付款不属于它的订单，或课程不在订单里"]


def test_an_order_of_a_missing_course_is_found(open_order):
    without_course(open_order)

    assert found() == ["订单的学员或课程已不存在"]


def orphan_details(order):
    OrderDetail.objects.filter(order=order).update(order_id=10**9)


def orphan_keys(order):
    IdempotencyKey.objects.filter(order=order).update(order_id=10**9)


@pytest.mark.parametrize(("orphan", "row"), [(orphan_details, "订单详情"), (orphan_keys, "幂等键")])
def test_rows_of_an_order_that_does_not_exist_are_found(open_order, orphan, row):
    IdempotencyKey.objects.create(user=open_order.user, key="k", fingerprint="", order=open_order)
    OrderDetail.objects.create(order=open_order, course=CourseFactory(), price=0, real_price=0)

    orphan(open_order)

    rows = [found.row for found in integrity.run_checks() if found.rule == WITHOUT_ORDER]
    assert rows
    assert all(text.startswith(row) and "1000000000" in text for text in rows)


def test_an_unpaid_order_without_a_next_query_is_found(open_order):
    Order.objects.update(next_query_at=None)

    assert found() == ["未支付的订单不会再向支付平台查询"]


def test_a_refunded_order_whose_money_was_kept_is_found(paid_order):
    sql(order_status=OrderStatus.REFUNDED)(paid_order)

    assert "订单的款项已全部退回，状态却不是已退款，或相反" in found()


def test_an_order_with_two_paid_events_is_found(paid_order):
    entry = PaymentEvent.objects.get()
    entry.pk, entry.created_time = None, timezone.now()
    entry.save(force_insert=True)

    assert found() == ["同一订单入账两次"]


def test_every_rule_is_broken_by_a_test():
    others = {
        "订单没有任何课程，也不是会员订单",
        WITHOUT_ORDER,
        "未支付的订单不会再向支付平台查询",
        "同一订单入账两次",
        "订单或课程属于已并入其他账号的账号，请再合并一次",  # by dashboard/tests/merging
    }

    ours = (coupon_integrity, invoice_integrity, membership_integrity, package_integrity)
    ours += (study_integrity, vip_integrity)
    modules = (community_integrity, learning_integrity, *ours)
    elsewhere = {rule for module in modules for rule in module.RULES}
    broken = set(BROKEN) | set(BROKEN_BY_REFUNDS) | others
    assert set(integrity.RULES) - elsewhere == broken
