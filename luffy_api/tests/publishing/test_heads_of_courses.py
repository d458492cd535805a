"""What the document of a course says of it without scripts."""

from html import unescape

import pytest
from django.test import Client

from luffy_api.apps.course.models import Course
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    RatingFactory,
)
from luffy_api.tests.publishing.heads import NAME, SITE, read, shop

__all__ = ["shop"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]


def test_a_course_says_what_it_is(shop):
    page = read("/course/7")

    assert page.title == f"{NAME} - Luffy 学堂"
    assert page.canonical == f"{SITE}/course/7"
    assert page.meta["description"].startswith("用真实网站练手。 很")
    assert len(page.meta["description"]) == 150
    assert {name: text for name, text in page.meta.items() if name.startswith("og:")} == {
        "og:type": "website",
        "og:locale": "zh_CN",
        "og:site_name": "Luffy 学堂",
        "og:title": NAME,
        "og:description": page.meta["description"],
        "og:url": f"{SITE}/course/7",
        "og:image": page.meta["og:image"],
        "og:image:type": "image/jpeg",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": NAME,
    }
    assert page.meta["og:image"].startswith(f"{SITE}/api/v1/course/7/share/card/?v=")
    assert "robots" not in page.meta


def test_search_engines_learn_how_a_course_is_rated(shop):
    RatingFactory(course=Course.objects.get(pk=7), stars=4)

    rating = read("/course/7").structured["Course"]["aggregateRating"]

    assert (rating["ratingValue"], rating["ratingCount"], rating["bestRating"]) == ("4.00", 1, 5)


def test_search_engines_learn_price_teacher_and_place_of_a_course(shop):
    found = read("/course/7").structured

    assert found["Course"]["name"] == NAME
    assert found["Course"]["provider"]["name"] == "Luffy 学堂"
    [offer] = found["Course"]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("199.00", "CNY")
    assert offer["availability"] == "https://schema.org/InStock"
    assert "aggregateRating" not in found["Course"]
    [instance] = found["Course"]["hasCourseInstance"]
    assert instance["instructor"]["name"] == "王老师"
    assert instance["courseWorkload"] == "PT1H30M"
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [(each["name"], each["item"]) for each in steps] == [
        ("首页", f"{SITE}/"),
        ("实战课", f"{SITE}/actual-course"),
        ("爬虫", f"{SITE}/actual-course?category=4"),
        (NAME, f"{SITE}/course/7"),
    ]


def test_a_reader_without_scripts_reads_name_price_teacher_and_description(shop):
    text = read("/course/7").without_scripts

    for part in (NAME, "¥199.00", "王老师", "用真实网站练手。", "第一节"):
        assert part in text


def test_a_price_that_falls_is_in_the_next_document(shop):
    read("/course/7")
    DiscountFactory(courses=[shop], value="0.50")

    page = read("/course/7")

    [offer] = page.structured["Course"]["offers"]
    assert offer["price"] == "99.50"
    assert offer["priceValidUntil"]
    assert "¥99.50（原价 ¥199.00）" in page.without_scripts


@pytest.mark.any_database
def test_names_end_neither_a_script_nor_the_text_without_scripts(shop):
    html = Client().get("/course/7").content.decode()

    assert html.count("</script>") == html.count("<script")
    assert html.count("</noscript>") == 1
    assert "<b>" not in html


@pytest.mark.any_database
def test_a_course_without_description_is_described_by_its_facts(shop):
    Course.objects.filter(pk=7).update(brief=" \n", course_img="", length=0)

    page = read("/course/7")

    assert "实战课" in page.meta["description"]
    assert page.structured["Course"]["description"] == page.meta["description"]
    assert page.meta["og:image"].startswith(f"{SITE}/api/v1/course/7/share/card/?v=")


def test_a_free_and_an_announced_course(shop):
    CourseFactory(pk=8, kind=Course.Kind.FREE, price=0)
    CourseFactory(pk=9, price=1, status=Course.Status.ANNOUNCED)

    [free] = read("/course/8").structured["Course"]["offers"]
    [soon] = read("/course/9").structured["Course"]["offers"]

    assert (free["price"], free["category"]) == ("0.00", "Free")
    assert soon["availability"] == "https://schema.org/PreOrder"


@pytest.mark.parametrize(
    "hidden",
    [{"is_show": False}, {"is_delete": True}, {"status": Course.Status.OFFLINE}],
)
def test_a_course_that_only_its_owners_see_is_none_to_others(shop, hidden):
    owner = logged_in(EnrollmentFactory(course=shop).user)
    Course.objects.filter(pk=7).update(**hidden)

    for path in ("/course/7", "/learn/7", "/learn/7/70"):
        html = Client().get(path).content.decode()
        assert read(path, status=404).title.endswith("Luffy 学堂")
        assert NAME not in unescape(html)
        # The app is there all the same.
        assert '<div id="app"></div>' in html
    if "is_delete" not in hidden:
        assert owner.get("/api/v1/course/7/").status_code == 200
