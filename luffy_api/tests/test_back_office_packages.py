"""套餐 in the back office."""

from decimal import Decimal

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.promotion.models import Package
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, page, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def courses() -> list[Course]:
    return [factories.CourseFactory(name=name, price="100.00") for name in ("爬虫", "数据")]


def fields(chosen, **more):
    """What a browser sends for a new package."""
    return {
        "name": "数据全程",
        "brief": "",
        "courses": [course.pk for course in chosen],
        "price": "120",
        "status": "2",
        "orders": "100",
        "is_show": "on",
        **more,
    }


def text_of(client, package):
    return client.get(page(Package, "change", package.pk)).content.decode()


def test_a_package_is_entered_and_shows_what_its_courses_cost_within_it(admin_client, courses):
    answer = admin_client.post(page(Package, "add"), fields(courses), follow=True)

    package, other = Package.objects.get(), factories.CourseFactory()
    assert (answer.status_code, package.course_count) == (200, 2)
    assert "errornote" not in text_of(admin_client, package)
    text = text_of(admin_client, package)
    assert "<td>爬虫</td><td>￥100.00</td><td>￥100.00</td><td>￥60.00</td>" in text
    assert "<td>合计</td><td>￥200.00</td><td>￥200.00</td><td>￥120.00</td>" in text

    more = [*package.courses.values_list("pk", flat=True), other.pk]
    save(admin_client, package, courses=more)
    package.refresh_from_db()
    assert (package.course_count, package.courses.count()) == (3, 3)


@pytest.mark.any_database
@pytest.mark.parametrize("price", ["0", "0.01", "-1", "99999999"])
def test_a_price_that_is_refused_is_drawn_beside_those_that_were_saved(
    admin_client, courses, price
):
    package = factories.PackageFactory(courses=courses, price="120.00")

    answer = save(admin_client, package, price=price)

    assert "price" in answer.context["adminform"].form.errors
    assert "<td>￥60.00</td>" in answer.content.decode()


@pytest.mark.any_database
def test_what_cannot_be_is_refused_at_its_field(admin_client, courses):
    many = [course.pk for course in factories.CourseFactory.create_batch(21)]
    hidden = factories.CourseFactory(name="旧课", status=Course.Status.OFFLINE)
    wrong = [
        ({"courses": [courses[0].pk]}, "courses"),
        ({"courses": [courses[0].pk], "status": "3"}, "courses"),
        ({"courses": many, "status": "1"}, "courses"),
        ({"courses": [courses[0].pk, hidden.pk]}, "courses"),
        ({"courses": ["x"]}, "courses"),
        ({"price": "0.19"}, "price"),
        ({"price": "x"}, "price"),
        ({"status": "9"}, "status"),
        (
            {
                "starts_at_0": "2026-11-02",
                "starts_at_1": "00:00:00",
                "ends_at_0": "2026-11-01",
                "ends_at_1": "00:00:00",
            },
            "__all__",
        ),
    ]
    for changes, field in wrong:
        answer = admin_client.post(page(Package, "add"), fields(courses, **changes))
        assert answer.status_code == 200, changes
        assert field in answer.context["adminform"].form.errors, changes
    assert not Package.objects.exists()

    drafted = fields([courses[0], hidden], status="1")
    assert admin_client.post(page(Package, "add"), drafted).status_code == 302
    assert Package.objects.get().course_count == 2


def test_staff_are_warned_of_what_they_may_not_have_meant(admin_client, courses):
    factories.DiscountFactory(courses=courses[:1], discount_type=1, value="0")

    answer = admin_client.post(page(Package, "add"), fields(courses), follow=True)

    told = {str(message) for message in answer.context["messages"]}
    dear = "套餐价不低于单课现价合计 ￥100.00，学员只按单课现价付款"
    free = "套餐中有现在免费的课程：爬虫；学员要先免费加入，才能购买套餐"
    assert {dear, free} <= told
    package = Package.objects.get()
    assert dear in text_of(admin_client, package)
    Course.objects.filter(pk=courses[1].pk).update(status=Course.Status.OFFLINE)
    assert "套餐中有课程已下架" in text_of(admin_client, package)


def test_a_package_that_was_sold_is_deleted_softly_and_its_orders_keep_its_name(
    admin_client, courses
):
    package = factories.PackageFactory(name="数据全程", courses=courses)
    order = factories.OrderFactory(courses=courses, total_amount=Decimal("200.00"))
    OrderDetail.objects.update(package=package, package_name=package.name)

    act(admin_client, "delete_selected", package)

    package.refresh_from_db()
    assert package.is_delete
    assert "数据全程" in admin_client.get(page(Order, "change", order.pk)).content.decode()
