"""What the editor asks for: pictures and conversions."""

import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from luffy_api.common import roles
from luffy_api.libs import storage
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PICTURE, CONVERSION = "/api/v1/text/picture/", "/api/v1/text/conversion/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(size=(40, 30), kind="PNG", mode="RGB"):
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, kind)
    return file.getvalue()


def client_of(user, **options):
    client = APIClient(**options)
    client.force_login(user)
    return client


@pytest.fixture
def writer():
    return client_of(staff(roles.OPERATIONS))


def upload(client, name="图.png", content=None):
    file = SimpleUploadedFile(name, png() if content is None else content)
    return client.post(PICTURE, {"file": file}, format="multipart")


def convert(client, **body):
    body = {"text": "# 题", "from_format": "markdown", "to_format": "html", **body}
    return client.post(CONVERSION, body, format="json")


@pytest.mark.every_database
@pytest.mark.usefixtures("folders")
def test_a_picture_is_stored_under_a_name_of_ours_and_everybody_can_see_it(writer, api):
    answer = upload(writer, "合同 扫描.PNG")

    data = answer.json()["data"]
    assert (answer.status_code, data["width"], data["height"]) == (201, 40, 30)
    assert data["src"].startswith("/media/texts/pictures/")
    assert "合同" not in data["src"]
    assert data["src"].endswith(".png")
    assert b"".join(api.get(data["src"]).streaming_content) == png()


def logged(page, name="合同 扫描.PNG", **options):
    """The entry of the audit log after an upload from a page of the back office."""
    writer = staff(roles.OPERATIONS)
    client = client_of(writer, REMOTE_ADDR="203.0.113.7", **options)
    headers = {"Referer": f"http://testserver{page}"} if page else {}
    file = SimpleUploadedFile(name, png())
    sent = client.post(PICTURE, {"file": file}, format="multipart", headers=headers)
    entry = LogEntry.objects.get(user=writer)
    assert entry.origin.address == "203.0.113.7"
    return entry, sent.json()["data"]["src"]


@pytest.mark.every_database
@pytest.mark.usefixtures("folders")
def test_the_audit_log_says_which_picture_was_put_into_which_text(client):
    course = CourseFactory()
    page = reverse("admin:course_course_change", args=[course.pk])

    entry, src = logged(f"{page}?_changelist_filters=x")

    assert entry.get_edited_object() == course
    assert entry.change_message == f"上传插图“合同 扫描.PNG”：{src}"
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    text = client.get(reverse("admin:dashboard_auditentry_changelist")).content.decode()
    assert src in text


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    "page",
    [
        *("", "/admin/course/course/add/", "/admin/course/course/999999/change/", "/nowhere"),
        *("/admin/course/course/x/change/", "/admin/user/user/1/change/", "]/", "/" + "x" * 9000),
    ],
)
def test_a_picture_of_what_is_not_known_is_logged_by_itself(client, page):
    UserFactory(pk=1)
    entry, src = logged(page)
    assert (entry.content_type, entry.object_id, entry.object_repr) == (None, None, src)
    where = f"，页面 {page[:200]}" if page.startswith("/") else ""
    assert entry.change_message == f"上传插图“合同 扫描.PNG”：{src}{where}"
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    shown = client.get(reverse("admin:dashboard_auditentry_changelist"))
    assert src in shown.content.decode()
    assert (
        client.get(reverse("admin:dashboard_auditentry_change", args=[entry.pk])).status_code == 200
    )


@pytest.mark.usefixtures("folders")
def test_a_refused_picture_is_not_logged(writer):
    assert upload(writer, content=b"no picture").status_code == 400
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_the_same_formats_are_taken_as_for_other_pictures(writer, kind):
    assert upload(writer, f"a.{kind.lower()}", png(kind=kind)).status_code == 201


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a.png", b""),
        ("a.png", b"x" * 100),
        ("a.svg", png()),
        ("a.html", png()),
        ("a.jpg", png()),
        ("a", png()),
        ("a.png", png((8000, 6000), mode="1")),
    ],
)
def test_what_is_no_picture_is_refused_and_not_stored(writer, name, content):
    answer = upload(writer, name, content)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["file"]
    assert list(storage.public_storage().list_names()) == []


def test_too_many_bytes_are_refused_before_they_are_read(writer, settings):
    answer = upload(writer, content=png() + b"\0" * (settings.IMAGE_MAX_BYTES + 20_000))

    assert answer.status_code == 413


@pytest.mark.parametrize("body", [{}, {"file": "x"}, {"file": ["a", "b"]}])
def test_what_is_no_file_is_refused(writer, body):
    assert writer.post(PICTURE, body, format="multipart").status_code == 400


def test_a_storage_that_is_away_is_told_of(writer, folders):
    # A file where the folder would be.
    (folders / "default").mkdir(parents=True, exist_ok=True)
    (folders / "default" / "texts").write_text("x")

    assert upload(writer).status_code == 503


@pytest.mark.parametrize("ask", [upload, convert])
def test_visitors_and_students_may_do_neither(api, student, ask):
    assert ask(api).status_code == 401
    assert ask(client_of(student)).status_code == 403
    assert ask(client_of(staff())).status_code == 403
    assert ask(client_of(staff(roles.FINANCE))).status_code == 403


@pytest.mark.every_database
@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("right", ["change_announcement", "add_course", "change_coursesection"])
def test_one_right_to_write_a_text_is_enough(right):
    user = staff()
    user.user_permissions.set(Permission.objects.filter(codename=right))

    assert upload(client_of(user)).status_code == 201
    assert convert(client_of(user)).status_code == 200


@pytest.mark.parametrize("ask", [upload, convert])
def test_a_foreign_page_cannot_ask_in_the_name_of_staff(ask):
    client = client_of(staff(roles.OPERATIONS), enforce_csrf_checks=True)

    assert ask(client).status_code == 403


def test_a_text_is_converted_and_shown_and_nothing_is_written(writer):
    with CaptureQueriesContext(connection) as queries:
        answer = convert(writer, text="# 题\n\n![x](https://evil.example/a.png)")

    assert answer.json()["data"] == {
        "text": "<h1>题</h1>\n<p></p>",
        "html": "<h2>题</h2>\n<p></p>",
        "removed": "标签 img",
    }
    assert len(queries) <= 5
    assert not [each for each in queries if not each["sql"].startswith("SELECT")]


def test_in_the_same_format_the_result_is_looked_at(writer):
    data = convert(writer, text="**重**", to_format="markdown").json()["data"]

    assert data == {"text": "**重**", "html": "<p><strong>重</strong></p>", "removed": ""}


@pytest.mark.parametrize(
    "body",
    [
        {"from_format": "rtf"},
        {"to_format": None},
        {"text": None},
        {"text": ["x"]},
        {"text": {"a": 1}},
        {"text": "字" * 100_001},
        {"text": "<blockquote>" * 8000 + "x", "from_format": "html", "to_format": "markdown"},
    ],
)
def test_what_cannot_be_converted_is_refused(writer, body):
    assert convert(writer, **body).status_code == 400


@pytest.mark.every_database
def test_the_longest_text_is_converted(writer):
    answer = convert(writer, text="字" * 100_000)

    assert answer.status_code == 200
    assert convert(writer, text="字" * 400_000).status_code == 413
