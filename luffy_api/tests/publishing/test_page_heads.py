"""What a reader without scripts, and a program that shows a shared link, learn from a document."""

import re

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from luffy_api import spa
from luffy_api.apps.course import previews
from luffy_api.apps.course.models import Course
from luffy_api.apps.home.models import TopicCourse
from luffy_api.apps.home.topics import make_preview_link
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.school.models import (
    Agreement,
    AgreementKind,
    Announcement,
    HelpPage,
    SiteSettings,
)
from luffy_api.apps.school.selectors import default_site_page
from luffy_api.conftest import logged_in
from luffy_api.page_heads.subjects import ALL_TITLE, HINTS, SUBJECTS, Subject
from luffy_api.tests.factories import (
    CertificateFactory,
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
    TopicFactory,
)
from luffy_api.tests.publishing.heads import NAME, SITE, read, shop

__all__ = ["shop"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]


def test_a_school_that_is_renamed_is_named_anew(shop):
    read("/course/7")
    SiteSettings.objects.create(name="启明学堂 <i>", description="学编程", service_phone="400-1")

    page = read("/course/7")

    assert page.title == f"{NAME} - 启明学堂 <i>"
    assert page.meta["og:site_name"] == "启明学堂 <i>"
    home = read("/")
    assert home.meta["description"] == "启明学堂 <i>：学编程"
    assert home.structured["EducationalOrganization"]["telephone"] == "400-1"


@pytest.mark.any_database
def test_a_package_says_what_it_costs_and_names_its_courses(shop):
    one, two = CourseFactory(name="数据", price="99.00"), CourseFactory(name="画图", price="99.00")
    PackageFactory(pk=5, name="数据全程", courses=[one, two], price="120.00")

    page = read("/package/5")

    every = read("/packages")
    [listed] = every.structured["CollectionPage"]["mainEntity"]["itemListElement"]
    assert (listed["name"], listed["url"]) == ("数据全程", f"{SITE}/package/5")
    assert "数据全程" in every.without_scripts
    steps = page.structured["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps][-2:] == ["套餐", "数据全程"]
    offer = page.structured["Product"]["offers"]
    assert (offer["price"], offer["availability"]) == ("120.00", "https://schema.org/InStock")
    assert page.meta["description"] == "套餐《数据全程》：数据、画图。"
    two.is_show = False
    two.save()
    offer = read("/package/5").structured["Product"]["offers"]
    assert offer["availability"] == "https://schema.org/OutOfStock"


def test_memberships_say_what_they_cost_and_open(shop):
    MembershipTermFactory(name="年度会员", price="299.00")

    page = read("/vip")

    opens = "开通会员，会员期内免费学习全部 0 门 VIP 专享课程：年度会员 299.00 元。"
    assert page.meta["description"] == opens
    assert "年度会员 ¥299.00" in page.without_scripts


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("path", "title", "canonical"),
    [
        ("/vip?from=menu", "会员", "/vip"),
        ("/", "首页", "/"),
        ("/all-courses", "全部课程", "/all-courses"),
        ("/all-courses?kind=2&category=3", "全部课程", "/all-courses?category=3"),
        ("/actual-course", "实战课", "/actual-course"),
        ("/actual-course?ordering=price&category=4&utm=x", "实战课", "/actual-course?category=4"),
        ("/actual-course?ordering=x&page=2", "实战课", "/actual-course?page=2"),
        ("/free-course?page=1&category=3", "免费课", "/free-course?category=3"),
        ("/free-course?category=x&page=-1", "免费课", "/free-course"),
        ("/course/7?utm_source=x", NAME, "/course/7"),
        ("/learn/7", NAME, "/course/7"),
        ("/learn/7/70", f"第一节 - {NAME}", "/course/7"),
        ("/topics", "专题", "/topics"),
        ("/topic/one", "双十一", "/topic/one"),
        ("/package/5?utm=x", "数据全程", "/package/5"),
        ("/packages?utm=x", "套餐", "/packages"),
        ("/announcements", "公告", "/announcements"),
        ("/announcements/3", "新学期", "/announcements/3"),
        ("/help/4", "怎么付款", "/help/4"),
        ("/agreement/terms", "用户协议", "/agreement/terms"),
        ("/agreement/terms/2", "用户协议", "/agreement/terms"),
    ],
)
def test_every_public_page_has_a_title_and_one_address(shop, path, title, canonical):
    PackageFactory(pk=5, name="数据全程", courses=CourseFactory.create_batch(2))
    Announcement.objects.create(pk=3, title="新学期", text="开课了")
    HelpPage.objects.create(pk=4, title="怎么付款", text="支付**宝**")
    Agreement.objects.create(kind=AgreementKind.TERMS, version=2, text="条款")
    TopicFactory(slug="one", title="双十一")

    page = read(path)

    assert page.title == f"{title} - Luffy 学堂"
    assert page.canonical == page.meta["og:url"] == SITE + canonical
    assert page.meta["description"]
    # A section is a part of its course, which says the rest.
    place = {"/": "EducationalOrganization"}.get(path, "BreadcrumbList")
    assert (place in page.structured) is not path.startswith("/learn/")


@pytest.mark.any_database
def test_a_search_that_is_passed_on_has_a_card(shop):
    page = read("/course/search?word=%3C/script%3E%20%22Go%22&from=chat")

    assert page.meta["og:title"] == '「</script> "Go"」的搜索结果'
    assert page.meta["og:url"] == f"{SITE}/course/search?word=%3C%2Fscript%3E%20%22Go%22"
    assert page.meta["og:description"] == page.meta["description"]
    assert page.meta["og:image"]
    assert read("/course/search").meta["og:url"] == f"{SITE}/course/search"


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/course/search?word=Go%20%20语言", 200, "Go 语言 - 搜索"),
        ("/course/search?word=a%00b", 200, "搜索"),
        ("/course/search", 200, "搜索"),
        ("/user", 200, "我的"),
        ("/user/orders", 200, "我的订单"),
        ("/cart", 200, "选课车"),
        ("/pay/success?out_trade_no=1", 200, "支付结果"),
        ("/nowhere", 404, "页面不存在"),
        ("/course/404", 404, "课程"),
        ("/learn/7/404", 404, NAME),
        ("/help/404", 404, "帮助"),
    ],
)
def test_search_engines_keep_no_other_page(shop, path, status, title):
    page = read(path, status=status)

    assert page.title == f"{title} - Luffy 学堂"
    assert page.meta["robots"] == "noindex"
    assert not page.canonical
    assert not page.structured


def test_a_certificate_has_a_page_for_whoever_has_its_number_and_nothing_of_it_is_kept(shop):
    row = CertificateFactory(name="王小明")
    address = f"/api/v1/course/certificate/{row.number}/"
    assert Client().get(address).json()["data"]["is_valid"] is True

    page = read(f"/certificate/{row.number}")
    assert (page.title, page.meta["robots"]) == ("证书查验 - Luffy 学堂", "noindex")
    assert row.course_name not in Client().get(f"/certificate/{row.number}").content.decode()
    missing = read(f"/certificate/{'0' * 26}", status=404)
    assert (missing.title, missing.meta["robots"]) == ("证书查验 - Luffy 学堂", "noindex")
    read(f"/certificate/{row.number}0", status=404)

    CourseCertificate.objects.update(revoked_at=timezone.now(), reason="冒名")
    for client in (Client(), logged_in(row.user)):
        assert client.get(address).json()["data"]["is_valid"] is False


def test_a_preview_is_kept_out_of_search_engines_and_says_nothing(shop):
    Course.objects.filter(pk=7).update(status=Course.Status.OFFLINE)

    page = read(f"/course/7?preview={previews.make_token(7)}")

    assert (page.title, page.meta["robots"]) == ("课程 - Luffy 学堂", "noindex")


def test_search_engines_learn_the_courses_of_a_topic_in_its_order(shop):
    topic = TopicFactory(
        slug="one", title="双十一 </script>", cover="topic/1.webp", text="<p>满减</p>"
    )
    TopicCourse.objects.create(topic=topic, course=shop, orders=2)
    TopicCourse.objects.create(topic=topic, course=CourseFactory(pk=8, name="Go"), orders=1)

    page, every = read("/topic/one"), read("/topics")

    assert (page.meta["description"], page.meta["og:image"]) == (
        topic.brief,
        f"{SITE}/media/topic/1.webp",
    )
    found = page.structured["CollectionPage"]
    assert (found["name"], found["url"]) == (topic.title, f"{SITE}/topic/one")
    items = found["mainEntity"]["itemListElement"]
    assert [(each["position"], each["name"], each["url"]) for each in items] == [
        (1, "Go", f"{SITE}/course/8"),
        (2, NAME, f"{SITE}/course/7"),
    ]
    steps = page.structured["BreadcrumbList"]["itemListElement"]
    assert [each["item"] for each in steps] == [
        f"{SITE}{path}" for path in ("/", "/topics", "/topic/one")
    ]
    for part in (topic.title, topic.brief, "满减", "专题课程", NAME, "¥199.00"):
        assert part in page.without_scripts
    [item] = every.structured["CollectionPage"]["mainEntity"]["itemListElement"]
    assert item["url"] == f"{SITE}/topic/one"
    assert topic.title in every.without_scripts


def test_a_topic_that_is_a_draft_is_none_but_to_the_holder_of_a_link(shop):
    topic = TopicFactory(slug="one", title="双十一", is_show=False)

    missing = read("/topic/one", status=404)
    preview = read(make_preview_link(topic).removeprefix(SITE))

    for page in (missing, preview):
        assert (page.title, page.meta["robots"]) == ("专题 - Luffy 学堂", "noindex")
        assert "双十一" not in page.without_scripts


@pytest.mark.parametrize("path", ["/", "/course/7", "/learn/7/70", "/actual-course", "/topic/one"])
def test_a_prepared_document_costs_no_query(shop, django_assert_num_queries, path):
    TopicFactory(slug="one")
    read(path)

    with django_assert_num_queries(0):
        read(path)


@pytest.mark.any_database
def test_every_page_of_the_router_says_something_of_itself():
    assert {each.default_args["shows"] for each in spa.urlpatterns if each.default_args} == set(
        SUBJECTS
    )


@pytest.mark.any_database
def test_titles_and_hints_are_those_of_the_router():
    source = (project.BASE_DIR / "luffy_web/src/router/routes.ts").read_text(encoding="utf-8")
    pages = re.findall(r"import\('@/pages/([\w/]+)Page\.vue'\)[\s\S]*?title: '([^']+)'", source)
    titles = dict(pages)
    for name in ("order/PaySuccess", "user/MyOrders", "user/MyProfile"):
        assert SUBJECTS[name](Subject({}, {}, ()), default_site_page()).title == (titles[name],)
    for kind, hint in HINTS.items():
        assert f"title: '{kind.label if kind else ALL_TITLE}', hint: '{hint}'" in source
