"""What the school says of itself: GET home/site/ and the pages behind it."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.publishing.versions import versions
from luffy_api.apps.school import current_site, selectors
from luffy_api.apps.school.models import Announcement, FooterLink, HelpPage, SiteSettings
from luffy_api.libs.storage import public_storage
from luffy_api.tests.back_office import form_of
from luffy_api.tests.test_back_office_files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM = reverse("admin:school_sitesettings_changelist")
HTML = """<meta name="description" content="Luffy 学堂：免费课、实战课与轻课，一步一步学会编程。" />
<link rel="icon" type="image/svg+xml" href="/favicon.svg" />
<title>Luffy 学堂</title>
<!-- site -->"""


def site(api):
    return api.get("/api/v1/home/site/").json()["data"]


def form(**changes):
    """The form as a browser sends it."""
    names = ("name", "slogan", "description", "icp_number", "police_number")
    blank = dict.fromkeys([*names, "service_phone", "service_hours"], "")
    return {**blank, "name": "海豚学院", **changes}


@pytest.fixture
def built(settings, tmp_path):
    """A built front end."""
    settings.WEB_DIST = tmp_path
    (tmp_path / "index.html").write_text(HTML, encoding="utf-8")


def test_without_a_row_the_defaults_hold(api, django_assert_num_queries):
    with django_assert_num_queries(7):
        data = site(api)

    assert (data["name"], data["logo"], data["icp"]) == ("Luffy 学堂", None, None)
    assert data["service"] == {"phone": "", "hours": "", "wechat_qr": None}
    assert (data["agreements"], data["announcement"]) == ([], None)
    assert data["refund_policy"] == {"days": 7, "watched_percent": 20}


def test_staff_write_what_every_page_shows(admin_client, api, folders):
    sent = form(
        icp_number="京ICP备12345678号-1",
        police_number="京公网安备11010802020134号",
        service_phone="400-123-4567",
        logo=ContentFile(picture(size=(300, 60)), "logo.png"),
    )
    assert admin_client.post(FORM, {**form_of(admin_client, FORM), **sent}).status_code == 302

    data = site(api)
    assert data["name"] == "海豚学院"
    assert data["icp"] == {"number": "京ICP备12345678号-1", "link": "https://beian.miit.gov.cn/"}
    assert data["police"]["link"].endswith("?code=11010802020134")
    assert data["service"]["phone"] == "400-123-4567"
    assert (data["logo"]["width"], data["logo"]["height"]) == (300, 60)
    assert data["logo"]["url"].startswith("/media/site/logo")
    assert "海豚学院" in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "长" * 31},
        {"icp_number": "12345678"},
        {"police_number": "京公网安备1号"},
        {"service_phone": "javascript:x"},
        {"logo": ContentFile(b"<svg/>", "logo.svg")},
        {"favicon": ContentFile(b"no picture", "icon.png")},
    ],
)
def test_what_is_no_such_thing_is_refused(admin_client, wrong):
    answer = admin_client.post(FORM, form(**wrong))

    assert answer.status_code == 200
    assert answer.context["errors"]
    assert selectors.site_settings().name == "Luffy 学堂"


def test_there_is_never_a_second_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.create(pk=2)


def test_links_and_pages_stand_in_their_order_unless_hidden(api):
    FooterLink.objects.create(title="后", link="https://example.com", orders=2)
    FooterLink.objects.create(title="先", link="/free-course", orders=1)
    FooterLink.objects.create(title="藏", link="/x", is_show=False)
    shown = HelpPage.objects.create(title="怎样看课", text="# 步骤\n\n<script>x</script>")
    hidden = HelpPage.objects.create(title="草稿", text="x", is_show=False)

    data = site(api)
    assert [link["title"] for link in data["footer_links"]] == ["先", "后"]
    assert data["help_pages"] == [{"id": shown.pk, "title": "怎样看课"}]
    page = api.get(f"/api/v1/home/help/{shown.pk}/").json()["data"]
    assert page["html"] == "<h2>步骤</h2>\n<p>&lt;script&gt;x&lt;/script&gt;</p>"
    assert api.get(f"/api/v1/home/help/{hidden.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("link", "status"),
    [("/course/3", 302), ("//evil.example", 200), ("javascript:alert(1)", 200), ("http://x", 200)],
)
def test_a_link_leads_into_the_shop_or_to_https(admin_client, link, status):
    sent = {"title": "链接", "link": link, "orders": 1, "is_show": "on"}

    assert admin_client.post(reverse("admin:school_footerlink_add"), sent).status_code == status


def test_an_announcement_is_seen_between_its_moments(api):
    now, day = timezone.now(), timedelta(days=1)
    current = Announcement.objects.create(title="现在", text="**详情**", starts_at=now - day)
    in_list = Announcement.objects.create(title="列表", in_bar=False, starts_at=now - 2 * day)
    past = Announcement.objects.create(title="过去", starts_at=now - 2 * day, ends_at=now - day)
    Announcement.objects.create(title="将来", starts_at=now + day)
    Announcement.objects.create(title="隐藏", starts_at=now - day, is_show=False)

    assert site(api)["announcement"]["id"] == current.pk
    listed = api.get("/api/v1/home/announcement/").json()["data"]
    assert [(row["id"], row["has_text"]) for row in listed] == [
        (current.pk, True),
        (in_list.pk, False),
    ]
    page = api.get(f"/api/v1/home/announcement/{current.pk}/").json()["data"]
    assert page["html"] == "<p><strong>详情</strong></p>"
    assert api.get(f"/api/v1/home/announcement/{past.pk}/").status_code == 404
    assert selectors.next_announcement_change(now) == now + day


def test_an_announcement_cannot_end_before_it_begins(admin_client):
    sent = {"title": "错", "in_bar": "on", "orders": 1, "is_show": "on"}
    sent |= {"starts_at_0": "2026-05-02", "starts_at_1": "00:00:00"}
    sent |= {"ends_at_0": "2026-05-01", "ends_at_1": "00:00:00"}

    answer = admin_client.post(reverse("admin:school_announcement_add"), sent)

    assert "结束时间须晚于开始时间" in answer.content.decode()
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    "path", ["announcement/0/", "announcement/9/", "help/9/", f"help/{10**30}/"]
)
def test_what_does_not_exist_is_a_404(api, path):
    assert api.get(f"/api/v1/home/{path}").status_code == 404


def test_the_document_has_the_words_of_the_school(client, built):
    icon = public_storage().url("site/icon.png")
    SiteSettings.objects.create(name="<海豚>&学院", description='"好"课', favicon="site/icon.png")

    html = client.get("/").content.decode()

    assert "<title>首页 - &lt;海豚&gt;&amp;学院</title>" in html
    assert 'content="&lt;海豚&gt;&amp;学院：&quot;好&quot;课"' in html
    assert f'<link rel="icon" href="{icon}" />' in html
    [data] = re.findall(r'<script id="site" type="application/json">(.*)</script>', html)
    assert "<" not in data
    assert json.loads(data)["name"] == "<海豚>&学院"


def test_the_document_of_the_front_end_has_the_places_for_them(settings):
    source = (settings.BASE_DIR / "luffy_web" / "index.html").read_text(encoding="utf-8")

    for line in HTML.splitlines():
        assert line in source


def test_a_page_asks_nothing_until_something_changes(
    settings, client, built, monkeypatch, django_assert_num_queries
):
    settings.PUBLISHED_BYTES = 1024**2
    current_site.current_site.forget()
    versions.expire()
    client.get("/login")
    with django_assert_num_queries(0):
        client.get("/login")

    SiteSettings.objects.create(name="新名字")
    versions.expire()

    assert " - 新名字</title>" in client.get("/login").content.decode()
    current_site.current_site.forget()
    versions.expire()


def test_without_a_database_the_last_known_name_stays(settings, client, built, monkeypatch):
    settings.PUBLISHED_BYTES = 1024**2
    SiteSettings.objects.create(name="海豚学院")
    current_site.current_site.forget()
    versions.expire()
    client.get("/login")

    monkeypatch.setattr(type(versions), "now", lambda known: None)

    assert " - 海豚学院</title>" in client.get("/login").content.decode()
    current_site.current_site.forget()
    assert " - Luffy 学堂</title>" in client.get("/login").content.decode()
    monkeypatch.undo()
    versions.expire()
