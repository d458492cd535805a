"""套餐 in the back office."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.promotion.packages import offer_of
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, form_of, page, save, table_cells
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
        **more,
    }


def text_of(client, package):
    return client.get(page(Package, "change", package.pk)).content.decode()


def test_a_package_is_entered_and_shows_what_its_courses_cost_within_it(admin_client, courses):
    answer = admin_client.post(page(Package, "add"), fields(courses), follow=True)

    package, other = Package.objects.get(), factories.CourseFactory()
    assert (answer.status_code, package.course_count) == (200, 2)
    assert "errornote" not in text_of(admin_client, package)
    text = table_cells(text_of(admin_client, package))
    assert "<td>爬虫</td><td>￥100.00</td><td>￥100.00</td><td>￥60.00</td>" in text
    assert "<td>合计</td><td>￥200.00</td><td>￥200.00</td><td>￥120.00</td>" in text

    more = [*package.courses.values_list("pk", flat=True), other.pk]
    save(admin_client, package, courses=more)
    package.refresh_from_db()
    assert (package.course_count, package.courses.count()) == (3, 3)


@pytest.mark.parametrize("price", ["0", "0.01", "-1", "99999999"])
def test_a_price_that_is_refused_is_drawn_beside_those_that_were_saved(
    admin_client, courses, price
):
    package = factories.PackageFactory(courses=courses, price="120.00")

    answer = save(admin_client, package, price=price)

    assert "price" in answer.context["adminform"].form.errors
    assert "<td>￥60.00</td>" in table_cells(answer.content.decode())


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


@pytest.mark.every_database
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


def rows(*steps):
    """What a browser sends of stages and courses that are new."""
    found = {"is_path": "on", "courses": [], "steps-TOTAL_FORMS": str(len(steps))}
    for at, step in enumerate(steps):
        blank = {"title": "", "brief": "", "course": "", "orders": str(10 * at)}
        found |= {f"steps-{at}-{name}": value for name, value in {**blank, **step}.items()}
    return found


def test_the_courses_of_a_path_are_those_of_its_rows(admin_client, courses):
    first, second = courses
    sent = rows(
        {"title": "打好基础", "brief": "先会采集"},
        {"course": second.pk},
        {"title": "做出作品"},
        {"course": first.pk},
    )

    answer = admin_client.post(page(Package, "add"), fields([], **sent))

    assert answer.status_code == 302
    package = Package.objects.get()
    assert (package.is_path, package.course_count) == (True, 2)
    assert set(package.courses.all()) == set(courses)
    stages = [(s.title, s.brief, [c.id for c in s.courses]) for s in offer_of(package).stages]
    assert stages == [("打好基础", "先会采集", [second.pk]), ("做出作品", "", [first.pk])]
    other = factories.CourseFactory()
    save(admin_client, package, **{"steps-4-course": other.pk, "steps-4-orders": "35"})
    taken = package.steps.get(course=second)
    save(admin_client, package, **{"steps-1-DELETE": "on"})
    package.refresh_from_db()
    assert not package.steps.filter(pk=taken.pk).exists()
    assert (package.course_count, set(package.courses.all())) == (2, {first, other})
    listed = admin_client.get(page(Package, "changelist"), {"is_path__exact": "1"})
    assert listed.context["cl"].result_count == 1


@pytest.fixture
def path(courses) -> Package:
    """Both courses, in their order."""
    package = factories.PackageFactory(courses=courses, is_path=True)
    for rank, course in enumerate(courses):
        package.steps.create(course=course, orders=rank)
    return package


def stands(package):
    """Its courses in their order, of which nothing else may say something else."""
    package.refresh_from_db()
    found = list(package.steps.exclude(course=None).values_list("course_id", flat=True))
    assert set(package.courses.values_list("pk", flat=True)) == set(found)
    assert package.course_count == len(found)
    return found


def test_rows_of_a_path_can_be_dragged(admin_client, path):
    html = admin_client.get(page(Package, "change", path.pk)).content.decode()

    assert '<script src="/back-office/rowOrder.js" type="module"></script>' in html
    assert "/back-office/rowOrder.css" in html
    assert "rows-in-order" in html


def test_courses_of_a_path_are_exchanged(admin_client, path, courses):
    first, second = (course.pk for course in courses)
    third = factories.CourseFactory().pk

    answer = save(admin_client, path, **{"steps-0-course": second, "steps-1-course": first})
    assert (answer.status_code, stands(path)) == (302, [second, first])
    taken = {"steps-0-course": first, "steps-1-DELETE": "on", "steps-2-course": third}
    answer = save(admin_client, path, **taken)
    assert (answer.status_code, stands(path)) == (302, [first, third])


@pytest.mark.every_database
def test_two_people_each_add_a_course_to_a_path(admin_client, path, courses):
    mine, theirs = factories.CourseFactory.create_batch(2)
    form = form_of(admin_client, page(Package, "change", path.pk))
    save(admin_client, path, **{"steps-2-course": theirs.pk, "steps-2-orders": "50"})

    sent = {**form, "steps-2-course": mine.pk, "steps-2-orders": "60"}
    answer = admin_client.post(page(Package, "change", path.pk), sent)

    assert answer.status_code == 302
    assert stands(path) == [*(course.pk for course in courses), theirs.pk, mine.pk]


@pytest.mark.every_database
def test_a_draft_that_becomes_a_path_keeps_its_courses(admin_client, courses):
    package = factories.PackageFactory(courses=courses, status=Package.Status.DRAFT)

    assert save(admin_client, package, is_path="on").status_code == 302

    assert stands(package) == [course.pk for course in courses]
    assert save(admin_client, package, is_path="").status_code == 302
    package.refresh_from_db()
    assert (package.is_path, package.course_count, package.courses.count()) == (False, 2, 2)


def test_a_package_that_stops_being_a_path_keeps_its_courses(admin_client, path, courses):
    """A browser sends nothing of a chooser that is switched off."""
    form = form_of(admin_client, page(Package, "change", path.pk))
    sent = {name: value for name, value in form.items() if name not in {"is_path", "courses"}}

    answer = admin_client.post(page(Package, "change", path.pk), sent)

    assert answer.status_code == 302
    path.refresh_from_db()
    assert (path.is_path, path.course_count) == (False, 2)
    assert set(path.courses.all()) == set(courses)


@pytest.mark.parametrize(
    "emptied",
    [
        {"steps-0-DELETE": "on", "steps-1-DELETE": "on"},
        {"steps-0-course": "", "steps-0-title": "基础", "steps-1-DELETE": "on"},
    ],
)
def test_a_draft_of_a_path_is_emptied(admin_client, path, emptied):
    assert save(admin_client, path, **emptied).status_code == 200  # on sale: it needs two
    Package.objects.update(status=Package.Status.DRAFT)

    assert save(admin_client, path, **emptied).status_code == 302
    assert stands(path) == []
    assert save(admin_client, path, name="还是空的").status_code == 302

    assert stands(path) == []
    assert path.name == "还是空的"


@pytest.mark.parametrize("steps", [[], ["view"]])
def test_who_may_not_change_stages_changes_no_courses(client, path, courses, steps):
    user = staff()
    names = [*("view_package", "change_package", "view_course")]
    names += [f"{each}_packagestep" for each in steps]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    for changes in ({"name": "新名字"}, {"is_path": ""}, {"is_path": "on"}):
        assert save(client, path, **changes).status_code == 302
    path.refresh_from_db()
    assert (path.name, path.is_path) == ("新名字", True)
    assert stands(path) == [course.pk for course in courses]


def test_rows_that_make_no_path_are_refused(admin_client, courses):
    first, second = courses
    hidden = factories.CourseFactory(status=Course.Status.OFFLINE)
    both = ({"course": first.pk}, {"course": second.pk})
    wrong = [
        [{"title": "只有阶段"}, {"course": first.pk}],
        [*both, {"course": first.pk}],
        [*both, {"course": hidden.pk}],
        [*both, {"course": 10**9}],
        [{"course": first.pk, "title": "两者"}, {"course": second.pk}],
        [*both, {"brief": "没有标题"}],
        [*both, {"title": "长" * 41}],
        [*both, {"orders": "-1", "title": "阶段"}],
        [{"course": each.pk} for each in factories.CourseFactory.create_batch(21)],
    ]
    for steps in wrong:
        answer = admin_client.post(page(Package, "add"), fields([], **rows(*steps)))
        assert (answer.status_code, bool(answer.context["errors"])) == (200, True), steps
    assert not Package.objects.exists()
