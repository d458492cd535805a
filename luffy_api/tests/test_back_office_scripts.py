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


def harmless(html, payload):
    """No tag of the payload is a tag, and its text stands in no script as it is."""
    scripts = Scripts(html)
    return not scripts.foreign and payload not in scripts.text and payload[:9] not in scripts.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_of_a_refused_login_becomes_script(client, payload):
    answer = client.post("/admin/login/", {"username": payload, "password": payload})
    assert answer.status_code == 200
    assert "loginApp.username" in answer.content.decode()
    assert harmless(answer.content.decode(), payload)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("url", LISTS)
def test_no_parameter_of_a_list_becomes_script(admin_client, url, payload):
    answer = admin_client.get(url, {"q": payload, "_popup": payload, "o": payload})
    assert answer.status_code == 200
    assert harmless(answer.content.decode(), payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_filter_of_a_list_becomes_script(admin_client, payload):
    url = reverse("admin:course_course_changelist")
    names = ["is_show__exact", "name__icontains", "updated_time__gte", "_to_field", "p", "e"]
    for name in [*names, payload, f"_{payload}"]:
        answer = admin_client.get(url, {name: payload}, follow=True)
        assert answer.status_code in {200, 400}
        assert harmless(answer.content.decode(), payload), name


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_parameter_of_a_form_or_the_login_becomes_script(admin_client, client, payload):
    course = factories.CourseFactory()
    query = {"_changelist_filters": f"q={payload}", "_popup": payload, "_to_field": payload}
    url = reverse("admin:course_course_change", args=[course.pk])
    for page in (url, reverse("admin:course_course_add")):
        answer = admin_client.get(page, query, HTTP_REFERER=f"http://x/{payload}")
        assert harmless(answer.content.decode(), payload)
    answer = client.get("/admin/login/", {"next": payload})
    assert harmless(answer.content.decode(), payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_of_a_row_becomes_script_in_a_message(admin_client, payload):
    course = factories.CourseFactory(name=payload)
    url = reverse("admin:course_course_delete", args=[course.pk])
    answer = admin_client.post(url, {"post": "yes"}, follow=True)
    html = answer.content.decode()
    assert 'class="luffy-message"' in html
    assert harmless(html, payload)


@pytest.mark.parametrize("payload", [payload[:30] for payload in PAYLOADS])
def test_no_nickname_of_a_student_becomes_script(admin_client, payload):
    user = factories.UserFactory(nickname=payload)
    factories.EnrollmentFactory(user=user)
    factories.OrderFactory(user=user)
    url = reverse("admin:user_user_change", args=[user.pk])
    for page in (*LISTS, url):
        assert harmless(admin_client.get(page).content.decode(), payload)
    assert User.objects.get(pk=user.pk).nickname == payload


def test_simpleui_does_not_take_our_frame_header_away():
    before = list(settings.MIDDLEWARE)
    simpleui.apps.SimpleApp("simpleui", importlib.import_module("simpleui")).ready()
    assert before == settings.MIDDLEWARE
    assert any(name.endswith(".FrameOptionsMiddleware") for name in settings.MIDDLEWARE)
    assert apps.is_installed("simpleui")


@pytest.mark.parametrize(
    "url",
    ["/", "/course/1", "/nowhere", "/api/v1/course/", "/api/v1/x/", "/admin/", "/admin/login/"],
)
def test_no_page_can_be_framed_by_another_site(admin_client, url):
    answer = admin_client.get(url)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def script_sources(answer):
    """The words of script-src."""
    directives = answer["Content-Security-Policy"].split(";")
    [found] = [d.split()[1:] for d in directives if d.split()[0] == "script-src"]
    return found


@pytest.mark.parametrize(
    "url", ["/", "/user/courses", "/api/v1/course/", "/api/v1/docs/", "/administrator", "/x/admin/"]
)
def test_the_shop_runs_no_foreign_and_no_inline_script(client, url):
    assert script_sources(client.get(url)) == ["'self'"]


@pytest.mark.parametrize("url", ["/admin/", "/admin/login/", "/admin/course/course/"])
def test_the_back_office_alone_may_run_inline_scripts_of_its_own(admin_client, url):
    assert script_sources(admin_client.get(url)) == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
