"""robots.txt, sitemaps, manifest and icons."""

import gzip
import io
import json
from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from luffy_api import sitemaps
from luffy_api.apps.course.models import Course
from luffy_api.apps.school import icons
from luffy_api.apps.school.models import (
    Agreement,
    AgreementKind,
    Announcement,
    HelpPage,
    SiteSettings,
)
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
    TeacherFactory,
    TopicFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SITE = "https://school.example"


@pytest.fixture(autouse=True)
def fresh(settings):
    settings.PUBLIC_URL = SITE
    sitemaps._store.cache_clear()
    icons._made.cache_clear()


def locations(client, path: str) -> dict[str, str | None]:
    """Addresses, with the last change of each."""
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    return {each.findtext(f"{space}loc"): each.findtext(f"{space}lastmod") for each in root}


@pytest.mark.every_database
def test_every_listed_course_is_in_the_files_that_the_index_names(client):
    late = sitemaps.SIZE + 1
    for pk in (1, sitemaps.SIZE, late, 3 * sitemaps.SIZE):
        CourseFactory(pk=pk)
    CourseFactory(pk=2, status=Course.Status.OFFLINE)
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    Course.objects.filter(pk=late).update(updated_time=moment)

    index = locations(client, "/sitemap.xml")
    names = [address.removeprefix(SITE) for address in index]

    assert names == ["/sitemap-pages.xml", *(f"/sitemap-courses-{n}.xml" for n in (1, 2, 3))]
    assert index[f"{SITE}/sitemap-courses-2.xml"] == "2026-03-01T08:30:00Z"
    found = [[*locations(client, name)] for name in names[1:]]
    assert found == [
        [f"{SITE}/course/1", f"{SITE}/course/{sitemaps.SIZE}"],
        [f"{SITE}/course/{late}"],
        [f"{SITE}/course/{3 * sitemaps.SIZE}"],
    ]


@pytest.mark.every_database
def test_the_other_pages_have_a_file_of_their_own(client):
    HelpPage.objects.create(pk=4, title="怎么付款", text="支付宝")
    HelpPage.objects.create(pk=5, title="草稿", text="x", is_show=False)
    Announcement.objects.create(pk=3, title="新学期", text="开课了")
    Announcement.objects.create(pk=6, title="只有标题")
    Agreement.objects.create(kind=AgreementKind.TERMS, version=2, text="条款")
    TopicFactory(slug="one")
    MembershipTermFactory()
    TopicFactory(slug="draft", is_show=False)
    PackageFactory(pk=5, courses=CourseFactory.create_batch(2))
    PackageFactory(pk=6, courses=[CourseFactory(), CourseFactory(is_show=False)])

    found = locations(client, "/sitemap-pages.xml")

    assert [address.removeprefix(SITE) for address in found] == [
        *("/", "/all-courses", "/free-course", "/actual-course", "/light-course"),
        *(
            "/announcements",
            "/help/4",
            "/agreement/terms",
            "/topics",
            "/vip",
            "/topic/one",
            "/announcements/3",
            "/packages",
            "/package/5",
        ),
    ]
    assert found[f"{SITE}/help/4"]


@pytest.mark.parametrize("part", ["0", "2", "99999999999999999999999", "x", "-1"])
def test_a_part_without_courses_does_not_exist(client, part):
    CourseFactory(pk=1)

    assert client.get(f"/sitemap-courses-{part}.xml").status_code == 404


def test_what_was_made_is_given_out_for_ten_minutes_whoever_asks(client):
    CourseFactory(pk=1)
    first = client.get("/sitemap-courses-1.xml", headers={"accept-encoding": "gzip"})
    CourseFactory(pk=2)

    with CaptureQueriesContext(connection) as queries:
        again = client.get("/sitemap-courses-1.xml", headers={"accept-encoding": "gzip"})

    assert len(queries) == 0
    assert again.content == first.content
    assert again["Content-Encoding"] == "gzip"
    plain = client.get("/sitemap-courses-1.xml")
    assert gzip.decompress(again.content) == plain.content
    assert again["Cache-Control"] == "public, max-age=600"


@pytest.mark.every_database
def test_the_work_does_not_grow_with_other_parts(client):
    category, teacher = CategoryFactory(), TeacherFactory()
    for pk in range(1, 30):
        CourseFactory(pk=pk, course_category=category, teacher=teacher)

    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap-courses-1.xml")

    # The index, and the part.
    assert len(queries) == 2


def test_crawlers_read_courses_and_leave_students_alone(client):
    rules = RobotFileParser()
    answer = client.get("/robots.txt")
    rules.parse(answer.content.decode().splitlines())

    for path in ("/", "/course/7", "/course/search?word=x", "/api/v1/course/7/share/", "/media/x"):
        assert rules.can_fetch("Baiduspider", SITE + path), path
    for path in ("/admin/", "/user/orders", "/pay/success", "/api/v1/order/", "/files/t/x"):
        assert not rules.can_fetch("Baiduspider", SITE + path), path
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


@pytest.mark.every_database
def test_the_manifest_names_the_school_and_icons_that_exist(client):
    SiteSettings.objects.create(name='启明"学堂', description="学编程")

    answer = client.get("/site.webmanifest")
    found = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (found["name"], found["description"]) == ('启明"学堂', "学编程")
    for each in found["icons"]:
        picture = Image.open(io.BytesIO(client.get(each["src"]).content))
        assert f"{picture.width}x{picture.height}" == each["sizes"]


def a_picture(size: tuple[int, int]) -> ContentFile:
    file = io.BytesIO()
    Image.new("RGB", size, (0, 0, 255)).save(file, "PNG")
    return ContentFile(file.getvalue())


@pytest.mark.parametrize("field", ["favicon", "logo"])
def test_the_icon_is_made_of_what_the_school_has(client, settings, tmp_path, field):
    settings.MEDIA_ROOT = tmp_path
    before = client.get("/icons/192.png")
    name = default_storage.save(f"site/{field}.png", a_picture((300, 100)))
    SiteSettings.objects.create(**{field: name})

    answer = client.get("/icons/192.png")

    picture = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    assert picture.size == (192, 192)
    assert picture.getpixel((96, 96)) == (0, 0, 255, 255)
    assert picture.getpixel((96, 2))[3] == (255 if field == "logo" else 0)
    assert answer["ETag"] != before["ETag"]
    unchanged = client.get("/icons/192.png", headers={"if-none-match": answer["ETag"]})
    assert unchanged.status_code == 304
    default_storage.delete(name)


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_an_icon_that_cannot_be_read_is_the_default_one(client, content):
    default = client.get("/icons/512.png").content
    name = "site/lost.png"
    if content:
        name = default_storage.save("site/broken.png", ContentFile(content))
    SiteSettings.objects.create(favicon=name)

    assert client.get("/icons/512.png").content == default


@pytest.mark.parametrize("size", ["1", "99999", "0"])
def test_other_sizes_are_not_made(client, size):
    assert client.get(f"/icons/{size}.png").status_code == 404


def test_the_icon_that_browsers_ask_for_by_themselves_is_the_schools(client):
    assert client.get("/favicon.ico")["Location"] == "/favicon.svg"
    SiteSettings.objects.create(favicon="site/own.png")

    assert client.get("/favicon.ico")["Location"] == "/media/site/own.png"


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/sitemap.xml", "/site.webmanifest", "/icons/48.png"]
)
def test_the_files_are_only_read(client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.fixture
def workers(settings, tmp_path):
    """A built front end with both."""
    settings.WEB_DIST = tmp_path
    (tmp_path / "service-worker.js").write_text("keep()")
    (tmp_path / "no-service-worker.js").write_text("leave()")


@pytest.mark.parametrize(("is_on", "script"), [(True, b"keep()"), (False, b"leave()")])
def test_the_service_worker_is_never_kept_and_can_be_taken_away(
    client, workers, settings, is_on, script
):
    settings.SERVICE_WORKER = is_on

    answer = client.get("/sw.js")

    assert (answer.status_code, answer.content) == (200, script)
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    # Of a worker it is the policy for what it asks for.
    assert "connect-src 'self'" in answer["Content-Security-Policy"]


def test_where_nothing_is_built_there_is_no_worker(client, settings, tmp_path):
    settings.WEB_DIST = tmp_path

    assert client.get("/sw.js").status_code == 404
    assert client.post("/sw.js").status_code == 405
