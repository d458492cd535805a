"""Pages of the back office that are saved at two nodes at the same moment."""

from functools import partial
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from luffy_api.apps.course.models import CourseCategory, Teacher
from luffy_api.tests.back_office import form_of, page, save
from luffy_api.tests.factories import CategoryFactory, TeacherFactory
from luffy_api.tests.people import staff
from luffy_api.tests.two_nodes.rivals import overtaken

UNDONE = [1213]


@pytest.fixture
def race(nodes):
    return partial(overtaken, nodes=nodes)


@pytest.fixture
def browsers(nodes):
    """Of two members of staff who may change everything."""
    clients = Client(), Client()
    for client in clients:
        client.force_login(staff(is_superuser=True))
    return clients


def picture():
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("tou.png", content.getvalue(), "image/png")


def touch(row):
    """A change that no form shows."""
    return type(row).objects.filter(pk=row.pk).update(updated_time=timezone.now())


def messages_of(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_form_that_was_overtaken_asks_as_if_it_had_come_second(race, browsers):
    teacher = TeacherFactory(title="讲师")
    address = page(Teacher, "change", teacher.pk)
    form = form_of(browsers[0], address)

    both = race(
        lambda: browsers[0].post(address, {**form, "title": "我写的"}),
        by=lambda: save(browsers[1], teacher, title="别人写的"),
    )

    assert both.undone == UNDONE
    assert (both.first.status_code, both.second.status_code) == (200, 302)
    assert "别人写的" in both.first.content.decode()
    assert Teacher.objects.get().title == "别人写的"


def test_a_form_beside_a_change_by_the_program_is_saved_once(race, browsers):
    teacher = TeacherFactory(title="讲师")
    address = page(Teacher, "change", teacher.pk)
    form = form_of(browsers[0], address)

    both = race(
        lambda: browsers[0].post(address, {**form, "title": "我写的"}), by=lambda: touch(teacher)
    )

    assert both.undone == UNDONE
    assert (both.first.status_code, len(messages_of(both.first))) == (302, 1)
    assert Teacher.objects.get().title == "我写的"
    assert LogEntry.objects.count() == 1


def test_a_picture_is_saved_with_the_second_attempt(race, browsers):
    teacher = TeacherFactory(title="讲师")
    address = page(Teacher, "change", teacher.pk)
    form = form_of(browsers[0], address)

    both = race(
        lambda: browsers[0].post(address, {**form, "image": picture()}), by=lambda: touch(teacher)
    )

    teacher.refresh_from_db()
    assert (both.undone, both.first.status_code) == (UNDONE, 302)
    with teacher.image.open() as image:
        assert image.read(4) == b"\x89PNG"


def test_a_file_that_a_storage_moves_is_asked_for_again(race, browsers, settings):
    settings.FILE_UPLOAD_HANDLERS = [
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    teacher = TeacherFactory(title="讲师")
    address = page(Teacher, "change", teacher.pk)
    form = form_of(browsers[0], address)
    browsers[0].raise_request_exception = False

    both = race(
        lambda: browsers[0].post(address, {**form, "image": picture()}),
        by=lambda: save(browsers[1], teacher, title="别人写的"),
    )

    assert (both.undone, both.first.status_code) == (UNDONE, 503)
    assert Teacher.objects.get().title == "别人写的"


def test_rows_are_deleted_beside_a_change_of_one(race, browsers):
    category = CategoryFactory(name="测试")
    deletion = {"action": "delete_selected", "_selected_action": category.pk, "post": "yes"}

    both = race(
        lambda: browsers[0].post(page(CourseCategory, "changelist"), deletion),
        by=lambda: save(browsers[1], category, name="改名"),
    )

    assert (both.undone, both.first.status_code) == (UNDONE, 302)
    assert len(messages_of(both.first)) == 1
    assert CourseCategory.objects.get().is_delete
    assert LogEntry.objects.count() == 2


def test_of_two_who_delete_one_row_the_second_finds_it_gone(race, browsers):
    category = CategoryFactory()
    address = page(CourseCategory, "delete", category.pk)

    both = race(
        lambda: browsers[0].post(address, {"post": "yes"}),
        by=lambda: browsers[1].post(address, {"post": "yes"}),
    )

    assert both.undone == UNDONE
    assert CourseCategory.objects.get().is_delete
    assert LogEntry.objects.count() == 1
