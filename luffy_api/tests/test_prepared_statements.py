"""Prepared statements read and write what the same querysets do."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseDiscount, Enrollment, EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderPayment
from luffy_api.common.locks import PreparedLock
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.prepared_query import (
    PreparedUpdate,
    PreparedValues,
    SmallInteger,
    stored_moment,
)
from luffy_api.libs.china_time import SHANGHAI
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    OrderFactory,
    OrderPaymentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_values_are_tuples_with_the_types_of_python():
    discount = DiscountFactory(courses=[CourseFactory()])
    columns = ("starts_at", "value", "is_show", "discount_type")
    query = PreparedValues(
        lambda now, kind: CourseDiscount.objects.filter(
            starts_at__lte=now, discount_type=kind
        ).values_list(*columns),
        type(timezone.now()),
        SmallInteger,
    )
    kind, now = discount.discount_type, timezone.now()
    expected = list(CourseDiscount.objects.values_list(*columns))

    assert query.all(now, kind) == expected
    assert list(map(type, query.all(now, kind)[0])) == list(map(type, expected[0]))
    assert query.all(discount.starts_at - timedelta(microseconds=1), kind) == []
    assert query.all(now, kind + 1) == []


def test_an_amount_is_an_argument():
    payment = OrderPaymentFactory(order=OrderFactory())
    query = PreparedValues(
        lambda amount: OrderPayment.objects.filter(amount=amount).values_list("pk"), Decimal
    )

    assert query.all(payment.amount) == [(payment.pk,)]
    assert query.all(payment.amount + Decimal("0.01")) == []


def test_an_update_changes_what_it_finds():
    course, other = CourseFactory.create_batch(2, students=1)
    rename = PreparedUpdate(
        lambda pk, name, at: (
            Course.objects.filter(pk=pk, students__gt=0),
            {"name": name, "updated_time": at, "students": 7},
        ),
        int,
        str,
        type(timezone.now()),
    )
    moment = timezone.now() - timedelta(days=1)

    assert [rename(course.pk, "100% 'x'", moment), rename(10**9, "x", moment)] == [1, 0]

    course.refresh_from_db()
    other.refresh_from_db()
    assert (course.name, course.updated_time, course.students) == ("100% 'x'", moment, 7)
    assert (other.name, other.students) != (course.name, 7)


def test_a_row_is_inserted_as_save_inserts_it():
    user, course = UserFactory(), CourseFactory()
    insert = PreparedInsert(Enrollment)

    row = insert.one(Enrollment(user=user, course=course))

    stored = Enrollment.objects.get()
    assert (row.pk, row._state.adding) == (stored.pk, False)
    assert (stored.user_id, stored.course_id) == (user.pk, course.pk)
    assert stored.created_time == row.created_time is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.one(Enrollment(user=user, course=course))


def test_many_rows_are_one_statement(django_assert_num_queries):
    user, courses = UserFactory(), CourseFactory.create_batch(3)
    insert = PreparedInsert(Enrollment)

    with django_assert_num_queries(1):
        insert.many([Enrollment(user=user, course=each) for each in courses])
    with django_assert_num_queries(0):
        insert.many([])

    found = Enrollment.objects.filter(user=user).values_list("course_id", flat=True)
    assert set(found) == {course.pk for course in courses}


def test_a_row_that_is_there_gets_the_named_columns():
    user, course = UserFactory(), CourseFactory()
    end = timezone.now().replace(microsecond=0)
    put = PreparedInsert(
        EnrollmentGrant,
        unique_fields=["user", "course", "source", "reference"],
        update_fields=["ends_at"],
    )
    for ends_at in (None, end):
        put.many(
            [EnrollmentGrant(user=user, course=course, source=1, reference="a", ends_at=ends_at)]
        )

    assert EnrollmentGrant.objects.get().ends_at == end


def test_a_row_of_columns_is_what_an_instance_would_be():
    user, one, two = UserFactory(), *CourseFactory.create_batch(2)
    insert = PreparedInsert(EnrollmentGrant)
    given = {"user_id": user.pk, "source": EnrollmentGrant.Source.ORDER, "reference": "a"}

    insert.many(
        [
            EnrollmentGrant(course_id=one.pk, **given),
            insert.columns(course_id=two.pk, **given),
        ]
    )

    by_instance, by_columns = EnrollmentGrant.objects.order_by("course").values()
    times = {"created_time", "updated_time", "starts_at"}
    own = {"id", "course_id"} | times
    assert {k: v for k, v in by_columns.items() if k not in own} == {
        k: v for k, v in by_instance.items() if k not in own
    }
    assert all(timezone.now() - by_columns[name] < timedelta(minutes=1) for name in times)


def test_a_column_that_is_not_there_is_a_mistake():
    with pytest.raises(KeyError):
        PreparedInsert(OrderPayment).columns(no_such=1)


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, timezone.get_fixed_timezone(-90)])
@pytest.mark.parametrize("microsecond", [0, 7])
def test_a_time_is_handed_over_as_django_does(zone, microsecond):
    moment = timezone.now().replace(microsecond=microsecond).astimezone(zone)

    assert stored_moment(moment) == connection.ops.adapt_datetimefield_value(moment)


def test_values_of_other_types_are_converted():
    order = OrderFactory()
    insert = PreparedInsert(OrderPayment)
    columns = insert.columns(
        order_id=str(order.pk), pay_type="1", trade_no=7, amount="5.00", paid_at=order.created_time
    )

    insert.many([columns])

    stored = OrderPayment.objects.get()
    assert (stored.order_id, stored.pay_type, stored.trade_no) == (order.pk, 1, "7")
    assert (stored.amount, stored.paid_at) == (Decimal("5.00"), order.created_time)


def test_a_row_is_inserted_only_if_another_is_there(django_assert_num_queries):
    course, user = CourseFactory(), UserFactory()
    insert = PreparedInsert(Enrollment)
    named = PreparedValues(lambda name: Course.objects.filter(name=name).values_list("pk"), str)

    with django_assert_num_queries(2):
        absent = insert.one_if(Enrollment(user=user, course=course), named, "no such")
        present = insert.one_if(Enrollment(user=user, course=course), named, course.name)

    assert (absent, present, Enrollment.objects.count()) == (False, True, 1)


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction():
    order = OrderFactory()
    lock = PreparedLock(lambda pk: Order.objects.filter(pk=pk), int)

    for way in (lock.first, lock.send):
        with pytest.raises(transaction.TransactionManagementError):
            way(order.pk)
    with transaction.atomic():
        assert lock.first(order.pk) == order


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_was_sent_has_its_row_behind_the_next_statement():
    order = OrderFactory(subject="一门课")
    lock = PreparedLock(lambda pk: Order.objects.filter(pk=pk), int)

    with transaction.atomic():
        there, absent = lock.send(order.pk), lock.send(order.pk + 1)
        assert Order.objects.count() == 1
        assert (there.first(), absent.first()) == (order, None)
        assert there.first().subject == "一门课"
