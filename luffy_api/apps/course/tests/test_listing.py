"""`Course.is_listed` and `Course.current_price` follow whatever is written, and the time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from luffy_api.apps.course import listing
from luffy_api.apps.course.models import Course, CourseCategory, CourseDiscount
from luffy_api.apps.course.models.courses import visible_course
from luffy_api.common.admin import soft_delete
from luffy_api.tests.factories import CategoryFactory, CourseFactory, DiscountFactory

pytestmark = pytest.mark.django_db
OFFLINE = Course.Status.OFFLINE


def is_listed(course):
    return Course.objects.values_list("is_listed", flat=True).get(pk=course.pk)


def price(course):
    return Course.objects.values_list("current_price", flat=True).get(pk=course.pk)


def right():
    """Whether no column of any course differs from what is computed."""
    return not listing.differences(timezone.now()).exists()


def test_one_course_is_computed_as_many_are():
    course, other = CourseFactory(), CourseFactory()
    DiscountFactory(courses=[course])
    expected = price(course)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE luffy_course SET current_price = 1, is_listed = 0")

    assert listing.compute(course.pk) == 1

    assert (price(course), is_listed(course)) == (expected, True)
    assert (price(other), is_listed(other)) == (1, False)
    assert listing.compute(10**9) == 0


def save_with(**values):
    def write(row):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    return write


def update_with(**values):
    return lambda row: type(row).objects.filter(pk=row.pk).update(**values)


def bulk_update_with(**values):
    def write(row):
        for name, value in values.items():
            setattr(row, name, value)
        type(row).objects.bulk_update([row], list(values))

    return write


HIDING = [save_with, update_with, bulk_update_with]


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize("reason", [{"is_show": False}, {"is_delete": True}, {"status": OFFLINE}])
def test_a_course_leaves_the_catalogue_and_comes_back(way, reason):
    course = CourseFactory()
    assert is_listed(course)
    way(**reason)(course)
    assert not is_listed(course)
    back = {"is_show": True, "is_delete": False, "status": Course.Status.ANNOUNCED}
    way(**back)(course)
    assert is_listed(course)


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize("reason", [{"is_show": False}, {"is_delete": True}])
def test_a_category_takes_its_courses_along(way, reason):
    course, other = CourseFactory(), CourseFactory(course_category=CategoryFactory())
    draft = CourseFactory(course_category=course.course_category, status=OFFLINE)
    way(**reason)(course.course_category)
    assert (is_listed(course), is_listed(other)) == (False, True)
    way(is_show=True, is_delete=False)(course.course_category)
    assert (is_listed(course), is_listed(draft)) == (True, False)


def test_softly_deleted_rows_are_not_listed():
    course, other = CourseFactory(), CourseFactory(course_category=CategoryFactory())
    soft_delete(course), soft_delete(other.course_category)
    assert not is_listed(course)
    assert not is_listed(other)


@pytest.mark.parametrize("way", HIDING)
def test_a_course_moves_into_a_hidden_category(way):
    course, hidden = CourseFactory(), CategoryFactory(is_show=False)
    way(course_category=hidden)(course)
    assert not is_listed(course)


@pytest.mark.parametrize("way", HIDING)
def test_the_price_follows_the_list_price(way):
    course = CourseFactory(price=100)
    DiscountFactory(courses=[course], value="0.50")
    way(price=Decimal(80))(course)
    assert price(course) == 40


def test_courses_that_are_created_in_bulk_are_listed_at_once():
    rows = CourseFactory.build_batch(
        3, price=5, course_category=CategoryFactory(), teacher=CourseFactory().teacher
    )
    Course.objects.bulk_create(rows)
    assert Course.objects.listed().filter(current_price=5).count() == 3


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"value": Decimal("0.30")}, 30),
        ({"discount_type": CourseDiscount.Type.FREE, "value": Decimal(0)}, 0),
        ({"is_show": False}, 100),
        ({"is_delete": True}, 100),
        ({"starts_at": timezone.now() + timedelta(days=1, minutes=-1)}, 100),
        ({"ends_at": timezone.now() - timedelta(hours=1)}, 100),
    ],
)
def test_the_price_follows_the_discount(way, values, expected):
    course = CourseFactory(price=100)
    discount = DiscountFactory(courses=[course], value="0.50")
    assert price(course) == 50
    way(**values)(discount)
    assert price(course) == expected


def test_the_price_follows_the_courses_of_a_discount():
    first, second = CourseFactory(price=100), CourseFactory(price=10)
    discount = DiscountFactory(value="0.50")
    discount.courses.add(first)
    assert (price(first), price(second)) == (50, 10)
    discount.courses.set([second])
    assert (price(first), price(second)) == (100, 5)
    second.discounts.clear()
    assert price(second) == 10
    second.discounts.add(discount)
    discount.courses.remove(second)
    assert price(second) == 10


@pytest.mark.parametrize(
    "delete", [lambda row: row.delete(), lambda row: CourseDiscount.objects.filter().delete()]
)
def test_the_price_follows_when_a_discount_is_deleted(delete):
    course = CourseFactory(price=100)
    delete(DiscountFactory(courses=[course]))
    assert price(course) == 100


@pytest.mark.parametrize(
    ("starts", "ends", "before", "after"), [(5, 60, 100, 80), (-60, 5, 80, 100)]
)
def test_the_price_changes_when_a_discount_begins_or_ends(
    time_machine, starts, ends, before, after
):
    course, now = CourseFactory(price=100), timezone.now()
    minutes = timedelta(minutes=1)
    DiscountFactory(
        courses=[course], starts_at=now + starts * minutes, ends_at=now + ends * minutes
    )
    assert price(course) == before
    assert listing.apply_due() == 0
    time_machine.move_to(now + 6 * minutes)
    assert listing.apply_due() == 1
    assert price(course) == after
    assert listing.apply_due() == 0


@pytest.mark.parametrize("ordering", ["price", "-price"])
def test_a_list_agrees_with_the_prices_it_shows_before_the_change_is_applied(
    api, time_machine, ordering
):
    # Given a discount that ends in a minute, and nothing that applies it
    dear, cheap = CourseFactory(price=100), CourseFactory(price=60)
    now = timezone.now()
    DiscountFactory(courses=[dear], value="0.50", ends_at=now + timedelta(minutes=1))
    url = f"/api/v1/course/?ordering={ordering}"

    def shown():
        rows = api.get(url).json()["data"]["results"]
        return [(row["id"], row["real_price"]) for row in rows]

    descending = ordering.startswith("-")
    first = [(dear.pk, "50.00"), (cheap.pk, "60.00")]
    assert shown() == (first[::-1] if descending else first)
    # When
    time_machine.move_to(now + timedelta(minutes=1, seconds=2))
    # Then
    last = [(cheap.pk, "60.00"), (dear.pk, "100.00")]
    assert shown() == (last[::-1] if descending else last)
    assert price(dear) == 50


def test_plain_sql_and_older_code_are_repaired():
    course, hidden = CourseFactory(price=100), CourseFactory(price=7)
    discount = DiscountFactory(courses=[course], value="0.50")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE luffy_course SET is_show = 0 WHERE id = %s", [hidden.pk])
        cursor.execute("UPDATE luffy_course_discount SET value = 0.25, next_change_at = NULL")
    discount.refresh_from_db()
    assert not right()
    assert listing.repair() == 2
    assert right()
    assert (is_listed(hidden), price(course)) == (False, 25)
    discount.refresh_from_db()
    assert discount.next_change_at == discount.ends_at
    assert listing.repair() == 0


def test_the_column_holds_what_lists_asked_before():
    """`is_listed_course` and `visible_course` are one rule, written twice."""
    for number in range(16):
        shown, kept, both, category = (bool(number & bit) for bit in (1, 2, 4, 8))
        status = Course.Status.ONLINE if both else OFFLINE
        CourseFactory(
            is_show=shown,
            is_delete=not kept,
            status=status,
            course_category=CategoryFactory(is_show=category, is_delete=not kept),
        )
    asked = Course.objects.filter(visible_course())
    assert set(Course.objects.listed()) == set(asked) != set()


@pytest.mark.parametrize("change", [{"is_show": False}, {"orders": 5}])
def test_who_writes_nothing_of_it_computes_nothing(change, django_assert_max_num_queries):
    CourseFactory.create_batch(3)
    statements = 6 if "is_show" in change else 1
    with django_assert_max_num_queries(statements):
        Course.objects.update(**change)
    with django_assert_max_num_queries(statements):
        CourseCategory.objects.update(**change)
    assert right()
