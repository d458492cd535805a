"""A course on one page of the back office: its facts, its cover, and the place of its outline."""

import time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import form_of, page, save
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SCRIPT = '<script src="/back-office/upload.js" type="module"></script>'
SECONDS = 2
LARGE = 300


def text_of(client, course, **query):
    return client.get(page(Course, "change", course.pk), query).content.decode()


def viewer(client, *codenames):
    """A browser of somebody with these rights alone."""
    user = staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def test_the_outline_has_its_place_and_its_script(client):
    client.force_login(staff(roles.OPERATIONS))
    course = factories.ready_course()

    text = text_of(client, course)

    assert f'<div data-outline="{course.pk}" data-max-bytes="' in text
    assert "data-video-types='{&quot;mp4&quot;" in text
    assert text.count(SCRIPT) == 1
    assert "-TOTAL_FORMS" not in text


def test_it_stands_outside_of_the_form(client):
    client.force_login(staff(roles.OPERATIONS))

    text = text_of(client, factories.ready_course())

    assert text.index("data-outline") > text.index("</form>")


def test_a_new_course_is_saved_first(client):
    client.force_login(staff(roles.OPERATIONS))

    text = client.get(page(Course, "add")).content.decode()

    assert "请先保存课程" in text
    assert "data-outline" not in text


@pytest.mark.parametrize(
    ("button", "stays"), [({}, True), ({"_continue": "1"}, True), ({"_addanother": "1"}, False)]
)
def test_a_new_course_stays_open_for_its_outline(admin_client, button, stays):
    form = form_of(admin_client, page(Course, "add"))
    parts = {"course_category": factories.CategoryFactory(), "teacher": factories.TeacherFactory()}
    form |= {name: row.pk for name, row in parts.items()}

    answer = admin_client.post(page(Course, "add"), {**form, "name": "新课", **button})

    assert (answer.url == page(Course, "change", Course.objects.get().pk)) == stays


def test_who_may_not_see_chapters_gets_the_form_alone(client):
    text = text_of(viewer(client, "view_course", "change_course"), factories.ready_course())

    assert "课程大纲" not in text
    assert 'name="price"' in text


def test_who_may_only_look_gets_the_outline_too(client):
    rights = ("view_course", "view_coursechapter", "view_coursesection")

    text = text_of(viewer(client, *rights), factories.ready_course())

    assert "data-outline" in text
    assert 'name="price"' not in text


def test_the_cover_says_what_is_recommended_and_shows_the_crop(admin_client):
    course = factories.ready_course()

    text = text_of(admin_client, course)

    assert "建议 1280×720 像素（16:9）" in text
    assert '<span class="luffy-cover" data-cover-preview><img src="' in text
    Course.objects.update(course_img="")
    assert "data-cover-preview>还没有封面" in text_of(admin_client, course)


def test_the_page_of_a_course_with_many_sections_opens_and_saves_quickly(client):
    client.force_login(staff(roles.OPERATIONS))
    course = factories.ready_course()
    chapters = [factories.ChapterFactory(course=course, chapter=n) for n in range(2, 12)]
    CourseSection.objects.bulk_create(
        CourseSection(chapter=chapters[n % 10], name=f"第 {n} 课", orders=n) for n in range(LARGE)
    )
    outline = f"/api/v1/course/{course.pk}/outline/"
    form = form_of(client, page(Course, "change", course.pk))
    seen = list(
        CourseSection.objects.filter(chapter=chapters[0])
        .order_by("orders")
        .values_list("pk", flat=True)
    )
    read_at = client.get(outline).json()["data"]["read_at"]
    order = {"chapter": chapters[0].pk, "seen": seen, "order": seen[::-1]}
    body = {"read_at": read_at, "chapters": [order]}
    steps = {
        "form": lambda: client.get(page(Course, "change", course.pk)),
        "outline": lambda: client.get(outline),
        "save": lambda: client.post(page(Course, "change", course.pk), {**form, "name": "新名字"}),
        "move": lambda: client.put(f"{outline}section/order/", body, "application/json"),
    }
    for name, act in steps.items():
        began = time.perf_counter()
        assert act().status_code in {200, 302}, name
        assert time.perf_counter() - began < SECONDS, name


def test_the_form_asks_the_same_number_of_queries_however_long_the_outline_is(admin_client):
    course = factories.ready_course()
    address = page(Course, "change", course.pk)
    admin_client.get(address)
    with CaptureQueriesContext(connection) as asked:
        admin_client.get(address)
    factories.SectionFactory.create_batch(5, chapter__course=course)
    with CaptureQueriesContext(connection) as again:
        admin_client.get(address)
    assert len(again) == len(asked)


def test_a_form_that_was_open_while_the_outline_was_moved_is_saved(admin_client):
    course = factories.ready_course()
    factories.SectionFactory(course=course)
    form = form_of(admin_client, page(Course, "change", course.pk))
    move_chapters(admin_client, course)

    answer = admin_client.post(page(Course, "change", course.pk), {**form, "name": "新名字"})

    assert answer.status_code == 302


def move_chapters(client, course):
    rows = CourseChapter.objects.filter(course=course).order_by("chapter", "id")
    seen = list(rows.values_list("pk", flat=True))
    body = {"read_at": "2026-01-01T00:00Z", "seen": seen, "order": seen[::-1]}
    address = f"/api/v1/course/{course.pk}/outline/chapter/order/"
    assert client.put(address, body, "application/json").status_code == 200


def reverse_sections(client, chapter):
    rows = CourseSection.objects.filter(chapter=chapter).order_by("orders", "id")
    seen = list(rows.values_list("pk", flat=True))
    moved = {"chapter": chapter.pk, "seen": seen, "order": seen[::-1]}
    body = {"read_at": "2026-01-01T00:00Z", "chapters": [moved]}
    address = f"/api/v1/course/{chapter.course_id}/outline/section/order/"
    assert client.put(address, body, "application/json").status_code == 200


@pytest.mark.parametrize("kind", ["chapter", "section", "line"])
def test_whoever_has_a_form_open_meanwhile_is_told_who_moved_it(client, admin_client, kind):
    course = factories.CourseFactory()
    chapters = [factories.ChapterFactory(course=course, chapter=n) for n in (1, 2)]
    section = factories.SectionFactory(chapter=chapters[0], orders=1)
    factories.SectionFactory(chapter=chapters[0], orders=2)
    row = section if kind == "section" else chapters[0]
    field = {"chapter": "chapter", "section": "orders", "line": "coursesections-0-orders"}[kind]
    form = form_of(admin_client, page(type(row), "change", row.pk))
    client.force_login(staff(roles.OPERATIONS, username="李四"))
    if kind == "chapter":
        move_chapters(client, course)
    else:
        reverse_sections(client, chapters[0])

    answer = admin_client.post(page(type(row), "change", row.pk), {**form, field: "7"})

    assert answer.status_code == 200
    assert "李四 在 " in answer.content.decode()


def test_what_the_form_of_a_course_writes_stays_beside_its_outline(admin_client):
    course = factories.ready_course()

    assert save(admin_client, course, name="新名字").status_code == 302

    course.refresh_from_db()
    assert (course.name, course.sections, course.pub_sections) == ("新名字", 1, 1)
