"""Compares the ledger with the rows of every node."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from scripts.clusters.galera import Cluster, Node
from scripts.clusters.ledger import Ledger

PAID = [PaymentEvent.Reason.PAID, PaymentEvent.Reason.PAID_BUT_OWNED]


@contextmanager
def looking_at(node: Node) -> Iterator[None]:
    """This process reads from that node meanwhile."""
    ours = connections.settings["default"]
    before = ours["HOST"]
    connection.close()
    ours["HOST"] = node.address
    try:
        with connection.cursor() as cursor:
            # Every question waits until the node has what the others have committed.
            cursor.execute("SET SESSION wsrep_sync_wait = 15")
        yield
    finally:
        connection.close()
        ours["HOST"] = before


def differences(cluster: Cluster, ledger: Ledger) -> list[str]:
    """A line for each acknowledged write that is lost or doubled, and for each broken rule."""
    found: list[str] = []
    sums = []
    for node in cluster.nodes:
        with looking_at(node):
            lines = [*_users(ledger), *_orders(ledger), *_payments(ledger), *_enrolments(ledger)]
            lines += [f"{each.rule}: {each.row}" for each in integrity.run_checks()]
            found += [f"{node.host.name}: {line}" for line in lines]
            sums.append(_sums())
    for table in sums[0]:
        if len({each.get(table) for each in sums}) > 1:
            found.append(f"the nodes differ in {table}: {[each.get(table) for each in sums]}")
    return found


def _users(ledger: Ledger) -> Iterator[str]:
    mobiles = Counter(User.objects.exclude(mobile=None).values_list("mobile", flat=True))
    for mobile in ledger.mobiles:
        if mobiles[mobile] != 1:
            yield f"lost or doubled: account {mobile}, {mobiles[mobile]} times"
    for mobile in mobiles.keys() - ledger.mobiles - ledger.uncertain:
        yield f"doubled: account {mobile} that nobody has asked for"


def _orders(ledger: Ledger) -> Iterator[str]:
    columns = ("out_trade_no", "user__mobile", "order_courses__course_id", "order_status")
    rows = list(Order.objects.values_list(*columns))
    for number, times in Counter(row[0] for row in rows).items():
        if times > 1:
            yield f"doubled: order {number}, {times} lines"
    have = {number: (mobile, course, status) for number, mobile, course, status in rows}
    for number, bought in ledger.orders.items():
        wanted = (bought.mobile, bought.course, bought.status)
        if have.get(number) != wanted:
            yield f"lost: order {number} is {have.get(number)}, acknowledged was {wanted}"
    for number in have.keys() - ledger.orders.keys():
        yield f"doubled: order {number} {have[number]} was never acknowledged"


def _payments(ledger: Ledger) -> Iterator[str]:
    paid = {number for number, bought in ledger.orders.items() if bought.was_paid}
    rows = Counter(OrderPayment.objects.values_list("order__out_trade_no", flat=True))
    events = PaymentEvent.objects.filter(accepted=True, reason__in=PAID)
    logged = Counter(events.values_list("out_trade_no", flat=True))
    for name, found in {"payment": rows, "event of a payment": logged}.items():
        for number in paid | found.keys():
            if found[number] != (number in paid):
                yield f"lost or doubled: {name} of {number}, {found[number]} times"


def _enrolments(ledger: Ledger) -> Iterator[str]:
    wanted = set(ledger.joined)
    for bought in ledger.orders.values():
        if bought.status is OrderStatus.PAID:
            wanted.add((bought.mobile, bought.course))
    rows = list(Enrollment.objects.values_list("user__mobile", "course_id"))
    for pair, times in Counter(rows).items():
        if times > 1 or pair not in wanted:
            yield f"doubled: enrolment {pair}, {times} times"
    for pair in wanted - set(rows):
        yield f"lost: enrolment {pair}"
    owners = Counter(course for _, course in rows)
    for course, students in Course.objects.values_list("pk", "students"):
        if students != owners[course]:
            yield f"course {course}: {students} counted, {owners[course]} have it"


def _sums() -> dict[str, Any]:
    """By table: how many rows, and a sum over all of their values.

    Not CHECKSUM TABLE, which differs between equal tables with generated columns that are NULL.
    """
    sums = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            values = ", ".join(f"QUOTE({connection.ops.quote_name(each.name)})" for each in columns)
            row = f"CRC32(CONCAT_WS(',', {values}))"
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT COUNT(*), SUM({row}) FROM {name}")  # noqa: S608 (our own names)
            sums[table] = cursor.fetchone()
    return sums
