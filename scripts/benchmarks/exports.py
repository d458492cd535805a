"""Time and memory of exporting 100,000 orders, payments, refunds …, each as CSV and XLSX.

Argument: another number of rows. Each export runs in a process of its own; its memory is what that
process grew by while it ran.
"""

import multiprocessing
import time
from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database

ROWS = 100_000
BATCH = 2000


def run(arguments: list[str]) -> None:
    """Fill the tables, then write each of them in both formats."""
    rows = int(arguments[0]) if arguments else ROWS
    with scratch_database():
        from django.db import connection

        _fill(rows)
        print(f"{connection.vendor}, {rows} rows")
        for table in ("orders", "payments", "refunds", "differences", "invoices"):
            for format in ("csv", "xlsx"):
                _measure(table, format, rows)


def _measure(table: str, format: str, rows: int) -> None:
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_export, args=(theirs, table, format))
    process.start()
    seconds, cpu, grown, size, lines = ours.recv()
    process.join()
    if lines != rows:
        raise SystemExit(f"{table}: {lines} of {rows} rows were exported")
    record(f"export of {table}, {format}, CPU (s)", cpu)
    print(
        f"  {table:11} {format:5} {seconds:6.1f} s, {cpu:6.1f} s CPU, "
        f"{grown / 1024:5.1f} MiB more, a file of {size / 1024**2:.1f} MiB"
    )


def _export(result: Connection, name: str, format: str) -> None:
    from luffy_api.apps.order.exports import TABLES, Span
    from luffy_api.libs import spreadsheets

    count = 0

    def counted(rows: Iterator[Any]) -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    table, span = TABLES[name], Span(date(2026, 1, 1), date(2026, 12, 31))
    before, begin, cpu = _memory("VmRSS"), time.perf_counter(), time.process_time()
    with TemporaryFile() as file:
        if format == "csv":
            for line in spreadsheets.csv_lines(table.columns, counted(table.rows(span))):
                file.write(line)
        else:
            spreadsheets.write_xlsx(
                file, title=table.label, columns=table.columns, rows=counted(table.rows(span))
            )
        size = file.tell() if format == "csv" else file.seek(0, 2)
    taken, cpu = time.perf_counter() - begin, time.process_time() - cpu
    result.send((taken, cpu, _memory("VmHWM") - before, size, count))


def _memory(name: str) -> int:
    """KiB of this process: VmRSS now, VmHWM at its greatest."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0])


def _fill(rows: int) -> None:
    """Paid orders of one course, each with its payment, a refund of a tenth and an invoice.

    And a bill that lists none of the payments.
    """
    from luffy_api.apps.order.models import Bill
    from luffy_api.tests.factories import CourseFactory, UserFactory

    course, students = CourseFactory(name="Python 爬虫实战"), UserFactory.create_batch(100)
    bill = Bill.objects.create(pay_type=1, day=date(2026, 6, 1))
    for begin in range(0, rows, BATCH):
        _fill_batch(range(begin, min(begin + BATCH, rows)), course, students, bill)


def _fill_batch(numbers: range, course: Any, students: list[Any], bill: Any) -> None:
    from datetime import UTC, datetime

    from luffy_api.apps.order.models import (
        BillDifference,
        BillLine,
        BillResult,
        Invoice,
        InvoiceOrder,
        Order,
        OrderDetail,
        OrderPayment,
        Refund,
    )

    noon = datetime(2026, 6, 1, 4, tzinfo=UTC)
    orders = Order.objects.bulk_create(
        Order(
            user=students[number % len(students)],
            subject="Python 爬虫实战",
            total_amount="99.00",
            trade_no=f"2026060122001{number:015d}",
            order_status=1,
            pay_time=noon,
            expires_at=noon,
        )
        for number in numbers
    )
    Order.objects.filter(pk__gte=orders[0].pk).update(created_time=noon)
    OrderDetail.objects.bulk_create(
        OrderDetail(order=order, course=course, price="99.00", real_price="99.00")
        for order in orders
    )
    payments = OrderPayment.objects.bulk_create(
        OrderPayment(order=each, pay_type=1, trade_no=each.trade_no, amount="99.00", paid_at=noon)
        for each in orders
    )
    Refund.objects.bulk_create(
        Refund(
            order=payment.order,
            payment=payment,
            amount="9.90",
            reason="不想学了",
            origin="student",
            status=3,
            finished_at=noon,
        )
        for payment in payments
    )
    BillDifference.objects.bulk_create(
        BillDifference(
            bill=bill,
            key=payment.trade_no,
            kind=BillLine.Kind.PAYMENT,
            result=BillResult.MISSING_THEIRS,
            trade_no=payment.trade_no,
            out_trade_no=payment.order.out_trade_no,
            our_amount=payment.amount,
            our_status="已付款",
            occurred_at=noon,
        )
        for payment in payments
    )
    invoices = Invoice.objects.bulk_create(
        Invoice(
            user=order.user,
            kind=1,
            title="路小飞",
            email="fei@example.com",
            amount="89.10",
            number=f"25{order.pk:018d}",
            file="order/invoices/202606/one.pdf",
            state=1,
            issued_at=noon,
        )
        for order in orders
    )
    InvoiceOrder.objects.bulk_create(
        InvoiceOrder(invoice=invoice, order=order)
        for invoice, order in zip(invoices, orders, strict=True)
    )
