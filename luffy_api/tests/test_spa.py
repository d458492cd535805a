"""How the server delivers the single-page app."""

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client

from luffy_api import spa
from luffy_api.apps.school.models import Agreement, AgreementKind, Announcement, HelpPage
from luffy_api.tests.factories import (
    CertificateFactory,
    CourseFactory,
    PackageFactory,
    SectionFactory,
    TopicFactory,
)

# The document names the school, which is a row.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HTML = "<!doctype html><title>Luffy</title>"


@pytest.fixture
def built(settings, tmp_path):
    """A built front end."""
    settings.WEB_DIST = tmp_path
    (tmp_path / "index.html").write_text(HTML, encoding="utf-8")


def paths_of_the_router() -> set[str]:
    routes = settings.BASE_DIR / "luffy_web" / "src" / "router" / "routes.ts"
    return set(re.findall(r"path: '(/[^']*)'", routes.read_text(encoding="utf-8")))


def example(path: str) -> str:
    """`/course/:id(\\d+)` to `/course/7`, `/x/:kind(terms|refund)` to `/x/terms`."""
    chosen = re.sub(r":\w+\(([a-z]+)\|[^)]*\)", r"\1", path)
    long = re.sub(r":\w+\(\[[^)]*\{(\d+)\}\)", lambda found: "7" * int(found[1]), chosen)
    return re.sub(r":\w+(\([^)]*\))?\??", "7", long)


@pytest.fixture
def rows():
    """What the examples of pages name."""
    SectionFactory(pk=7, course=CourseFactory(pk=7))
    PackageFactory(pk=7, courses=CourseFactory.create_batch(2))
    Announcement.objects.create(pk=7, title="新学期", text="开课了")
    TopicFactory(slug="7")
    CertificateFactory(number="7" * 26)
    HelpPage.objects.create(pk=7, title="怎么付款", text="支付宝")
    Agreement.objects.create(kind=AgreementKind.TERMS, version=7, text="条款")


def test_every_page_of_the_router_is_served_with_200(client, built, rows):
    pages = {path for path in paths_of_the_router() if "(.*)" not in path}
    assert len(pages) >= 11

    statuses = {path: client.get(example(path)).status_code for path in pages}

    assert set(statuses.values()) == {200}, statuses


def test_a_browser_is_told_what_the_page_needs_beside_the_document(client, built, settings):
    chunks = {
        "index.html": {
            "file": "assets/index-1.js",
            "css": ["assets/i-1.css"],
            "imports": ["_a"],
        },
        "_a": {"file": "assets/a-1.js", "imports": ["index.html"]},
        "_b": {"file": "assets/b-1.js", "css": ["assets/b-1.css"], "imports": ["_a", "_b"]},
        "_later": {"file": "assets/later-1.js"},
        "src/pages/course/CoursePage.vue": {
            "file": "assets/CoursePage-1.js",
            "imports": ["_b", "index.html"],
            "dynamicImports": ["_later"],
        },
    }
    manifest = settings.WEB_DIST / ".vite" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps(chunks), encoding="utf-8")

    assert client.get("/course/7")["Link"].split(", ") == [
        "</assets/CoursePage-1.js>; rel=modulepreload",
        "</assets/b-1.js>; rel=modulepreload",
        "</assets/b-1.css>; rel=preload; as=style; crossorigin",
    ]
    assert "Link" not in client.get("/")


def test_every_page_that_is_named_is_a_module_of_the_front_end():
    folder = settings.BASE_DIR / "luffy_web" / "src" / "pages"
    named = {each.default_args["shows"] for each in spa.urlpatterns if each.default_args}

    missing = [name for name in named if not (folder / f"{name}Page.vue").exists()]

    assert len(named) >= 10
    assert missing == []


def test_a_course_opens_without_naming_a_section(client, built, rows):
    assert client.get("/learn/7").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/agreement/else",
        "/help/x",
        "/course/abc",
        "/course/3/x",
        "/learn/x",
        "/wp-login.php",
        # What nobody has, and what is none of ours with a slash at its end.
        "/course/404",
        "/learn/404",
        "/learn/404/1",
        "/help/404",
        "/announcements/404",
        "/topic/none",
        "/topic/A_b",
        "/package/404",
        "/certificate/404",
        "/certificate/00000000000000000000000000",
        "/package/x",
        "/agreement/refund",
        "/course/99999999999999999999999999",
        "/nowhere/",
    ],
)
def test_an_unknown_page_is_a_true_404_with_the_app_in_it(client, built, path):
    response = client.get(path)

    assert response.status_code == 404
    assert response.content.decode() == HTML


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/course/7/", "/course/7"),
        ("/course/7///", "/course/7"),
        ("/actual-course/?page=2", "/actual-course?page=2"),
        ("/course/search/?word=Go", "/course/search?word=Go"),
        ("/free/detail/7", "/course/7"),
        ("/free/detail/007/?from=chat&x=%2F", "/course/7?from=chat&x=%2F"),
        ("/course/search?wd=C%2B%2B&kind=2", "/course/search?kind=2&word=C%2B%2B"),
        ("/course/search?wd=a&wd=%E7%88%AC", "/course/search?word=%E7%88%AC"),
    ],
)
def test_an_earlier_address_leads_to_the_page_for_good(client, built, old, new):
    answer = client.get(old)

    assert (answer.status_code, answer["Location"]) == (301, new)


def test_the_back_office_is_found_without_its_slash(client, built):
    answer = client.get("/admin")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_no_address_leads_to_another_host(client, built):
    answer = client.get("/", PATH_INFO="//evil.example/course/7/")

    assert answer.status_code == 404
    assert "Location" not in answer


def test_a_word_under_both_names_is_the_one_that_counts_today(client, built):
    assert client.get("/course/search?wd=a&word=b").status_code == 200


@pytest.mark.parametrize("path", ["/course/7/", "/free/detail/7"])
def test_what_is_sent_to_an_earlier_address_is_refused(client, built, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_the_document_is_asked_for_anew_but_may_be_kept_for_the_back_button(client, built, path):
    assert client.get(path)["Cache-Control"] == "no-cache"


def test_an_unchanged_document_is_not_sent_again(client, built):
    first = client.get("/", headers={"Accept-Encoding": "gzip"})

    again = {"If-None-Match": first["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/light-course", headers=again).status_code == 304
    (settings.WEB_DIST / "index.html").write_text(f"{HTML} anew", encoding="utf-8")
    assert client.get("/", headers=again).status_code == 200


@pytest.mark.parametrize("is_on", [True, False])
def test_the_document_names_the_service_worker_where_the_school_wants_one(
    client, built, settings, is_on
):
    document = (settings.BASE_DIR / "luffy_web" / "index.html").read_text(encoding="utf-8")
    (settings.WEB_DIST / "index.html").write_text(document, encoding="utf-8")
    settings.SERVICE_WORKER = is_on

    assert (spa.WORKER in client.get("/").content.decode()) is is_on


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nowhere", 404)])
def test_the_document_is_compressed_on_request(client, built, path, status):
    (settings.WEB_DIST / "index.html").write_text(HTML * 20, encoding="utf-8")

    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert (packed.status_code, packed["Content-Encoding"]) == (status, "gzip")
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize("path", ["/", "/api/v1/docs/", "/admin/login/", "/healthz"])
def test_every_page_forbids_features_that_no_page_uses(client, db, path):
    policy = client.get(path)["Permissions-Policy"]
    assert policy == "camera=(), geolocation=(), microphone=(), payment=()"


def test_the_page_may_only_run_scripts_of_its_own_origin_and_those_in_its_document(client, built):
    document = (settings.BASE_DIR / "luffy_web" / "index.html").read_text(encoding="utf-8")
    inline = re.findall("<script>(.*?)</script>", document, re.DOTALL)
    digests = [b64encode(sha256(each.encode()).digest()).decode() for each in inline]

    policy = client.get("/")["Content-Security-Policy"].split("; ")

    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert f"script-src 'self' {allowed}" in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy


def test_a_front_end_that_was_not_built_is_said_in_a_sentence(client, settings, tmp_path):
    settings.WEB_DIST = tmp_path

    response = client.get("/")

    assert response.status_code == 503
    assert "./scripts/start" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/course/3", "/healthz", "/media/x", "/files/t/x"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_page_is_only_read(built, path, method):
    client = Client(enforce_csrf_checks=True)

    assert getattr(client, method)(path).status_code == 405


def test_a_form_that_is_too_old_is_refused_with_a_kind_sentence():
    response = Client(enforce_csrf_checks=True).post("/admin/login/")

    assert response.status_code == 403
    assert "刷新后再试" in response.content.decode()
