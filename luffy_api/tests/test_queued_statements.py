"""Statements that wait for the next one, or for COMMIT, do what they would do at once."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from luffy_api.apps.course.models import Enrollment, StudentCountChange
from luffy_api.apps.home.models import Banner
from luffy_api.apps.order.models import Order, OrderPayment, PayType
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.publishing.models import Publication
from luffy_api.common.prepared_query import PreparedInsert
from luffy_api.tests.factories import BannerFactory, CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.peers import PAID_AT

pytestmark = pytest.mark.django_db(transaction=True)
only_mariadb = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no queue")
insert = PreparedInsert(Enrollment)


@pytest.fixture
def enrollments():
    """Makes one for a new user; `user` names another."""
    course = CourseFactory()

    def make(user=None) -> Enrollment:
        return Enrollment(user=user or UserFactory(), course=course)

    return make


@pytest.fixture
def trips(monkeypatch):
    """The beginnings of what is sent to the server."""
    sent: list[str] = []
    connection.ensure_connection()
    driver = type(connection.connection)
    query = driver.query

    def count(self, text):
        sent.append(text[:40].decode())
        return query(self, text)

    monkeypatch.setattr(driver, "query", count)
    return sent


@transaction.atomic
def send_and_fail(row):
    insert.send([row])
    raise ZeroDivisionError


def test_the_next_statement_sees_it(enrollments):
    rows = [enrollments() for _ in range(2)]

    with transaction.atomic():
        insert.send(rows)
        seen = Enrollment.objects.count()

    assert (seen, Enrollment.objects.count()) == (2, 2)


def test_without_a_next_one_the_commit_carries_it_out(enrollments):
    row, done = enrollments(), []

    with transaction.atomic():
        transaction.on_commit(lambda: done.append(Enrollment.objects.count()))
        insert.send([row])

    assert done == [1]


def test_outside_of_a_transaction_it_is_carried_out_at_once(enrollments):
    row = enrollments()
    insert.send([row])

    connection.close()

    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("more", [True, False])
def test_an_error_undoes_the_transaction(enrollments, more):
    first = enrollments()
    same, done = enrollments(user=first.user), []

    @transaction.atomic
    def act():
        transaction.on_commit(lambda: done.append(1))
        insert.send([first])
        insert.send([same])
        if more:
            Enrollment.objects.count()

    with pytest.raises(IntegrityError):
        act()

    assert (done, Enrollment.objects.count()) == ([], 0)
    insert.send([enrollments()])
    assert Enrollment.objects.count() == 1


def test_a_broken_constraint_is_an_integrity_error():
    order = OrderFactory()
    payment = OrderPayment(order=order, pay_type=1, trade_no="1", amount=-1, paid_at=PAID_AT)

    @transaction.atomic
    def act():
        PreparedInsert(OrderPayment).send([payment])
        Order.objects.count()

    with pytest.raises(IntegrityError):
        act()


def test_an_exception_leaves_nothing_for_the_next_transaction(enrollments):
    with pytest.raises(ZeroDivisionError):
        send_and_fail(enrollments())
    with transaction.atomic():
        Enrollment.objects.count()

    assert Enrollment.objects.count() == 0


def test_a_savepoint_undoes_what_was_sent_after_it(enrollments):
    before, inside, after = (enrollments() for _ in range(3))

    with transaction.atomic():
        insert.send([before])
        with pytest.raises(ZeroDivisionError):
            send_and_fail(inside)
        insert.send([after])

    users = set(Enrollment.objects.values_list("user", flat=True))
    assert users == {before.user_id, after.user_id}


def test_a_broken_transaction_takes_no_more(enrollments):
    row = enrollments()

    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            insert.send([row])


@only_mariadb
def test_after_a_deadlock_nothing_is_committed_by_itself(enrollments):
    """The server has undone the transaction, and would take what follows as single statements."""
    row = enrollments()

    with transaction.atomic():
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
        with pytest.raises(TransactionManagementError):
            insert.send([row])
        with pytest.raises(TransactionManagementError):
            Enrollment.objects.count()

    assert Enrollment.objects.count() == 0


def test_a_write_to_a_published_table_is_published():
    row = BannerFactory.build()
    before = Publication.objects.count()

    with transaction.atomic():
        PreparedInsert(Banner).send([row])

    assert Publication.objects.count() == before + 1


@only_mariadb
def test_a_transaction_without_statements_sends_nothing(trips):
    with transaction.atomic():
        pass

    assert trips == []
    assert Enrollment.objects.count() == 0


@only_mariadb
def test_a_payment_takes_few_round_trips(trips):
    order = OrderFactory(courses=CourseFactory.create_batch(3), total_amount="297.00")
    source = PaymentEvent.Source.QUERY
    notice = Payment(order.out_trade_no, "T1", Decimal("297.00"), PAID_AT, source)
    trips.clear()

    services.record_payment(notice)

    assert [each.split()[0] for each in trips] == [
        "INSERT",  # unless it is a repeat
        "START",
        "UPDATE",
        "INSERT",
        "SELECT",
        "INSERT",
    ]
    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Enrollment.objects.count() == StudentCountChange.objects.count() == 3
    assert OrderPayment.objects.get().pay_type == PayType.ALIPAY
