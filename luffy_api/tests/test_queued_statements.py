"""Statements that wait for the next one, or for COMMIT, do what they would do at once."""

from decimal import Decimal

import pytest
from django.db import (
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.transaction import TransactionManagementError

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.home.models import Banner
from luffy_api.apps.order.models import Order, OrderPayment
from luffy_api.apps.publishing.models import Publication
from luffy_api.common import slow_queries
from luffy_api.common.mysql.cursors import as_text
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.prepared_query import PreparedUpdate, PreparedValues
from luffy_api.common.replies import UnexpectedRows
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


# --- Results that are wanted later -------------------------------------------------------------

names = PreparedValues(
    lambda pk: Course.objects.filter(pk=pk).order_by().values_list("name", "created_time"), int
)
# Of a table that is not public: to publish a change is a statement at once.
move = PreparedUpdate(
    lambda pk, user: (Enrollment.objects.filter(pk=pk), {"user_id": user}), int, int
)
rename = PreparedUpdate(lambda pk, name: (Course.objects.filter(pk=pk), {"name": name}), int, str)


def test_rows_are_known_as_soon_as_the_next_statement_is_back(enrollments):
    one, two = CourseFactory(name="一"), CourseFactory(name="二")

    with transaction.atomic():
        replies = [names.send(one.pk), names.send(0), names.send(two.pk)]
        insert.send([enrollments()])
        last = names.all(one.pk)

    assert [each.rows for each in replies] == [last, [], [("二", two.created_time)]]
    assert last == [("一", one.created_time)]
    assert Enrollment.objects.count() == 1


def test_they_are_what_was_there_when_it_was_sent():
    course = CourseFactory(name="一")

    with transaction.atomic():
        before = names.send(course.pk)
        rename.send_one(course.pk, "二")
        after = names.send(course.pk)
        assert Course.objects.count() == 1

    assert [each.rows[0][0] for each in (before, after)] == ["一", "二"]


@only_mariadb
def test_before_they_are_back_nobody_takes_them_for_none():
    with transaction.atomic():
        reply = names.send(CourseFactory().pk)
        with pytest.raises(RuntimeError):
            _ = reply.rows
    kept = []
    with pytest.raises(ZeroDivisionError):
        _ask_and_fail(kept)
    with pytest.raises(RuntimeError):
        _ = kept[0].rows


@transaction.atomic
def _ask_and_fail(kept):
    kept.append(names.send(1))
    raise ZeroDivisionError


def test_outside_of_a_transaction_they_are_known_at_once():
    course = CourseFactory(name="一")

    assert names.send(course.pk).rows == [("一", course.created_time)]
    rename.send_one(course.pk, "二")
    assert names.all(course.pk)[0][0] == "二"
    with pytest.raises(UnexpectedRows):
        rename.send_one(0, "三")


@pytest.mark.parametrize("more", [True, False])
def test_an_update_that_finds_another_number_of_rows_undoes_the_transaction(enrollments, more):
    """With or without a statement behind it, before COMMIT; what is sent with it is read."""
    first, second, done = enrollments(), enrollments(), []

    @transaction.atomic
    def act():
        transaction.on_commit(lambda: done.append(1))
        insert.send([first])
        move.send_one(0, first.user_id)
        insert.send([second])
        if more:
            Enrollment.objects.count()

    with pytest.raises(UnexpectedRows):
        act()

    assert (done, Enrollment.objects.count()) == ([], 0)
    assert CourseFactory().pk


def test_an_error_behind_it_comes_first(enrollments):
    first = enrollments()

    @transaction.atomic
    def act():
        insert.send([first])
        rename.send_one(0, "二")
        insert.send([enrollments(user=first.user)])
        Enrollment.objects.count()

    # Where they are carried out one by one nothing comes after the first.
    with pytest.raises((IntegrityError, UnexpectedRows)):
        act()

    assert Enrollment.objects.count() == 0


@only_mariadb
def test_what_must_be_found_travels_with_commit_and_nothing_is_done_without_it(trips, enrollments):
    first, second = enrollments(), enrollments()
    trips.clear()

    @transaction.atomic
    def act(pk):
        insert.send([first])
        move.send_one(pk, first.user_id)
        insert.send([second])

    with pytest.raises(UnexpectedRows):
        act(0)

    assert [each.split()[0] for each in trips] == ["START"]
    assert Enrollment.objects.count() == 0


@only_mariadb
def test_outside_of_a_transaction_a_block_is_one_round_trip(trips, enrollments):
    row = enrollments()
    trips.clear()

    with connection.together():
        insert.send([row])
        seen = names.send(row.course_id)

    assert [each.split()[0] for each in trips] == ["INSERT"]
    assert (seen.count, seen.rows[0][0]) == (1, row.course.name)
    assert connection.queue == []
    assert Enrollment.objects.count() == 1


@only_mariadb
def test_an_error_in_such_a_block_leaves_nothing_behind(trips, enrollments):
    row = enrollments()

    def act():
        with connection.together():
            insert.send([row])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    with connection.together():
        pass

    assert Enrollment.objects.count() == 0


@only_mariadb
def test_such_a_block_finds_out_first_that_its_connection_is_dead(enrollments):
    row = enrollments()
    connection.line.shut_down()
    close_old_connections()

    with connection.together():
        insert.send([row])

    assert Enrollment.objects.count() == 1


@only_mariadb
@pytest.mark.parametrize("in_transaction", [True, False])
def test_what_is_sent_together_and_slow_is_logged_once(
    enrollments, settings, caplog, monkeypatch, in_transaction
):
    row = enrollments()
    settings.SLOW_QUERY_SECONDS = 1e-9
    monkeypatch.setattr(slow_queries, "_logged", {})
    caplog.clear()

    block = transaction.atomic() if in_transaction else connection.together()
    with slow_queries.watched("a task"), block:
        names.send(row.course_id)
        insert.send([row])

    lines = [each for each in caplog.records if each.name == "luffy.slow_query"]
    [text] = [each.fields["sql"] for each in lines]
    assert text.index("luffy_course") < text.index("INSERT INTO")


VALUES = [
    *(0, -1, 2**63 - 1, True, False, None, Decimal("198.00"), Decimal("1E+2")),
    *("", "it's", 'a "b" \\ %s ; --', "课程 𠮷", "a\x00b\n", "2026-11-30 07:00:00.123456"),
]


@only_mariadb
@pytest.mark.parametrize("value", VALUES)
def test_a_parameter_is_written_as_the_driver_writes_it(value):
    connection.ensure_connection()
    sql = "SELECT '100%%', %s, %s"
    driver = connection.connection

    text = as_text(driver, sql, [value, 1])

    assert text == driver.cursor().mogrify(sql, [value, 1]).encode()
    assert as_text(driver, "SELECT '100%'", None) == b"SELECT '100%'"


@only_mariadb
def test_a_transaction_without_statements_sends_nothing(trips):
    with transaction.atomic():
        pass

    assert trips == []
    assert Enrollment.objects.count() == 0
