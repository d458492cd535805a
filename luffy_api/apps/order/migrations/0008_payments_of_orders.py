"""Rows for the payments and refunds of orders that were paid before there were any.

What was due back follows from them: second payments become payments, and lines whose course the
student had before get a grant of their own beside the older one. Safe to run again after it died
half way. It cannot be reversed: restore a backup.
"""

import itertools

from django.db import migrations
from django.db.models import F

from luffy_api.apps.order.numbers import new_request_no

PAID, REFUNDED = 1, 4
BUY = 1  # EnrollmentGrant.Source.ORDER
BATCH = 500


def create_rows(apps, schema_editor):
    """In batches of orders, the oldest first: a trade that paid two orders stays with the first."""
    alias = schema_editor.connection.alias

    def rows(app, model):
        return apps.get_model(app, model).objects.using(alias)

    paid = rows("order", "Order").filter(order_status__in=[PAID, REFUNDED]).exclude(trade_no="")
    for order in paid.filter(payments=None).order_by("pk").iterator(chunk_size=BATCH):
        payment, created = rows("order", "OrderPayment").get_or_create(
            pay_type=order.pay_type,
            trade_no=order.trade_no,
            defaults={"order": order, "amount": order.total_amount, "paid_at": order.pay_time},
        )
        if created and order.order_status == REFUNDED:
            _refund(rows, order, payment)
    second = rows("order", "PaymentEvent").filter(accepted=True, reason="paid_twice")
    for event in second.order_by("pk").iterator(chunk_size=BATCH):
        _second_payment(rows, event)
    _grants(rows)


def _refund(rows, order, payment):
    rows("order", "Refund").create(
        order=order,
        payment=payment,
        amount=order.total_amount,
        reason="在支付平台后台退款",
        origin="console",
        out_request_no=new_request_no(),
        status=3,
        finished_at=order.updated_time,
    )


def _second_payment(rows, event):
    order = rows("order", "Order").filter(out_trade_no=event.out_trade_no).first()
    if order is not None and event.total_amount:
        rows("order", "OrderPayment").get_or_create(
            pay_type=order.pay_type,
            trade_no=event.trade_no,
            defaults={"order": order, "amount": event.total_amount, "paid_at": event.created_time},
        )


def _grants(rows):
    """Of paid lines whose course came from elsewhere; without one the course is given back."""
    lines = rows("order", "OrderDetail").filter(order__order_status=PAID).select_related("order")
    pending = lines.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(itertools.islice(pending, BATCH)):
        numbers = {line.order.out_trade_no for line in batch}
        granted = set(
            rows("course", "EnrollmentGrant")
            .filter(source=BUY, reference__in=numbers)
            .values_list("reference", "course_id")
        )
        for line in batch:
            if (line.order.out_trade_no, line.course_id) not in granted:
                _grant(rows, line)


def _grant(rows, line):
    user_id, course_id = line.order.user_id, line.course_id
    _, new = rows("course", "Enrollment").get_or_create(user_id=user_id, course_id=course_id)
    rows("course", "EnrollmentGrant").create(
        user_id=user_id,
        course_id=course_id,
        source=BUY,
        reference=line.order.out_trade_no,
        starts_at=line.order.pay_time,
    )
    if new:
        rows("course", "Course").filter(pk=course_id).update(students=F("students") + 1)
    else:
        rows("order", "OrderDetail").filter(pk=line.pk).update(owned_before=True)


class Migration(migrations.Migration):
    dependencies = [("order", "0007_payments_and_refunds")]

    operations = [
        migrations.RunPython(create_rows, elidable=True),
    ]
