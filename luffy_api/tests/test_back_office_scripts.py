"""simpleui's holes: nothing that a visitor or a student typed becomes part of a script."""

import importlib
from html.parser import HTMLParser

import pytest
import simpleui.apps
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from luffy_api.apps.user.models import User
from luffy_api.tests import factories

# Escaping happens when pages are rendered.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LISTS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in admin.site._registry
]
PAYLOADS = [
    "</script><script>evil()</script>",
    "'-evil()-'",
    "\\'-evil()//",
    '"><img src=x onerror=evil()>',
    "</title><svg onload=evil()>",
    "\u2028evil()",
    "';evil();//",
]
# All of them in one value: a page that writes one of them as it is shows that one.
EVERYTHING = " ".join(PAYLOADS)


class Scripts(HTMLParser):
    """Collects the text of scripts, and tags and handlers that only an attacker would write."""

    def __init__(self, html):
        super().__init__()
        self.inside = False
        self.text = ""
        self.foreign = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.inside = tag == "script"
        names = [name for name, value in attributes if value and "evil" in value]
        if tag == "svg" or any(name.startswith("on") for name in names):
            self.foreign.append((tag, names))

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.text += data


def assert_harmless(answer, where=""):
    """No tag of a payload is a tag, and no payload stands in a script as it is."""
    scripts = Scripts(answer.content.decode())
    assert scripts.foreign == [], where
    found = [payload for payload in PAYLOADS if payload[:9] in scripts.text]
    assert found == [], where


def test_no_name_of_a_refused_first_visit_becomes_script(client, db):
    for payload in [*PAYLOADS, EVERYTHING]:
        answer = client.post("/admin/login/", {"username": payload, "code": payload})
        assert answer.status_code == 200
        assert "一次性代码" in answer.content.decode()
        assert_harmless(answer, payload)


def test_no_name_of_a_refused_login_becomes_script(client, admin_user):
    for payload in [*PAYLOADS, EVERYTHING]:
        answer = client.post("/admin/login/", {"username": payload, "password": payload})
        assert answer.status_code == 200
        assert "loginApp.username" in answer.content.decode()
        assert_harmless(answer, payload)


def test_no_parameter_of_a_list_becomes_script(admin_client):
    for url in LISTS:
        answer = admin_client.get(url, {"q": EVERYTHING, "_popup": EVERYTHING, "o": EVERYTHING})
        assert answer.status_code == 200, url
        assert_harmless(answer, url)


def test_no_filter_of_a_list_becomes_script(admin_client):
    url = reverse("admin:course_course_changelist")
    names = ["is_show__exact", "name__icontains", "updated_time__gte", "_to_field", "p", "e"]
    for name in [*names, *PAYLOADS, *(f"_{payload}" for payload in PAYLOADS)]:
        answer = admin_client.get(url, {name: EVERYTHING}, follow=True)
        assert answer.status_code in {200, 400}
        assert_harmless(answer, name)


def test_no_parameter_of_a_form_or_the_login_becomes_script(admin_client, client):
    course = factories.CourseFactory()
    names = {"_changelist_filters": f"q={EVERYTHING}", "_popup": EVERYTHING}
    query = {**names, "_to_field": EVERYTHING}
    url = reverse("admin:course_course_change", args=[course.pk])
    for page in (url, reverse("admin:course_course_add")):
        assert_harmless(admin_client.get(page, query, HTTP_REFERER=f"http://x/{EVERYTHING}"), page)
    assert_harmless(client.get("/admin/login/", {"next": EVERYTHING}))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_of_a_row_becomes_script_in_a_message(admin_client, payload):
    course = factories.CourseFactory(name=payload)
    url = reverse("admin:course_course_delete", args=[course.pk])
    answer = admin_client.post(url, {"post": "yes"}, follow=True)
    assert 'class="luffy-message"' in answer.content.decode()
    assert_harmless(answer)


def test_no_nickname_of_a_student_becomes_script(admin_client):
    pages, names = list(LISTS), [payload[:30] for payload in PAYLOADS]
    for name in names:
        user = factories.UserFactory(nickname=name)
        factories.EnrollmentFactory(user=user)
        factories.OrderFactory(user=user)
        pages.append(reverse("admin:user_user_change", args=[user.pk]))
    for page in pages:
        assert_harmless(admin_client.get(page), page)
    assert set(User.objects.values_list("nickname", flat=True)) >= set(names)


def test_simpleui_does_not_take_our_frame_header_away():
    before = list(settings.MIDDLEWARE)
    simpleui.apps.SimpleApp("simpleui", importlib.import_module("simpleui")).ready()
    assert before == settings.MIDDLEWARE
    assert any(name.endswith(".PageFrameOptionsMiddleware") for name in settings.MIDDLEWARE)
    assert apps.is_installed("simpleui")


@pytest.mark.parametrize(
    "url",
    ["/", "/course/1", "/nowhere", "/api/v1/docs/", "/admin/", "/admin/login/"],
)
def test_no_page_can_be_framed_by_another_site(admin_client, url):
    answer = admin_client.get(url)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["/api/v1/course/", "/api/v1/x/", "/api/v1/order/", "/api/x"])
def test_an_answer_of_the_api_is_no_document(client, url):
    answer = client.get(url)

    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def script_sources(answer):
    """The words of script-src."""
    directives = answer["Content-Security-Policy"].split(";")
    [found] = [d.split()[1:] for d in directives if d.split()[0] == "script-src"]
    return found


@pytest.mark.parametrize(
    "url", ["/", "/user/courses", "/api/v1/docs/", "/administrator", "/x/admin/"]
)
def test_the_shop_runs_no_foreign_script_and_its_inline_ones(client, settings, url):
    assert script_sources(client.get(url)) == ["'self'", *settings.INLINE_SCRIPTS]


@pytest.mark.parametrize("url", ["/admin/", "/admin/login/", "/admin/course/course/"])
def test_the_back_office_alone_may_run_inline_scripts_of_its_own(admin_client, url):
    assert script_sources(admin_client.get(url)) == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
