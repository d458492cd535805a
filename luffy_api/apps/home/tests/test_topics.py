"""专题: made in the back office, found in the shop, and gone by itself when its time is over."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from luffy_api.apps.course import card_fragments, previews
from luffy_api.apps.course.models import Course
from luffy_api.apps.home import topics
from luffy_api.apps.home.models import Topic, TopicCourse
from luffy_api.common import roles
from luffy_api.tests.back_office import form_of, log_of, page, save
from luffy_api.tests.factories import CourseFactory, TopicFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = "/api/v1/home/topic/"


@pytest.fixture(autouse=True)
def nothing_is_known():
    cache.clear()
    card_fragments.forget()


def add(topic, *courses):
    for orders, course in enumerate(courses, 1):
        TopicCourse.objects.create(topic=topic, course=course, orders=orders)


def shown(api, slug):
    answer = api.get(f"{LIST}{slug}/")
    assert answer.status_code == 200
    return answer.json()["data"]


def test_a_topic_has_its_listed_courses_in_its_order(api):
    topic = TopicFactory(slug="double-11", text="<p>满减</p><script>x</script>")
    first, second = CourseFactory.create_batch(2)
    hidden = CourseFactory(status=Course.Status.OFFLINE)
    add(topic, second, hidden, first)

    data = shown(api, "double-11")

    assert [row["id"] for row in data["courses"]] == [second.pk, first.pk]
    assert data["courses"][::-1] == api.get("/api/v1/course/").json()["data"]["results"]
    assert data["html"] == "<p>满减</p>"


@pytest.mark.every_database
def test_drafts_and_what_is_not_its_time_are_found_by_nobody(api):
    now, hour = timezone.now(), timedelta(hours=1)
    TopicFactory(slug="two", orders=2)
    TopicFactory(slug="one", orders=1, ends_at=now + hour)
    hidden = {
        "draft": {"is_show": False},
        "deleted": {"is_delete": True},
        "early": {"starts_at": now + hour},
        "over": {"starts_at": now - 2 * hour, "ends_at": now - hour},
    }
    for slug, fields in hidden.items():
        TopicFactory(slug=slug, **fields)

    assert [row["slug"] for row in api.get(LIST).json()["data"]] == ["one", "two"]
    for slug in (*hidden, "none", "one%20", "One", "x" * 500, "专题", "%00"):
        assert api.get(f"{LIST}{slug}/").status_code == 404, slug
    assert api.post(LIST).status_code == 405
    assert api.get(LIST, headers={"Authorization": "jwt nonsense"}).status_code == 200
    moment = topics.next_topic_change(now)
    assert abs(moment - now - hour) < timedelta(seconds=1)


@pytest.mark.every_database
def test_the_database_keeps_a_course_and_a_slug_once_and_a_period_in_order():
    topic, course = TopicFactory(slug="one"), CourseFactory()
    add(topic, course)
    wrong = (
        lambda: add(topic, course),
        lambda: TopicFactory(slug="one"),
        lambda: TopicFactory(ends_at=timezone.now() - timedelta(days=999)),
    )
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


@pytest.mark.parametrize("count", [1, 12])
def test_a_page_has_a_fixed_number_of_queries(api, django_assert_num_queries, count):
    add(TopicFactory(slug="one"), *CourseFactory.create_batch(count))
    # The topic, its courses, three of cards.
    with django_assert_num_queries(5):
        topics.topic_page(slug="one")


def token_of(topic):
    return topics.make_preview_link(topic).partition("?preview=")[2]


def preview(api, slug, token):
    return api.get(f"{LIST}{slug}/preview/", {"token": token})


def test_the_holder_of_a_link_sees_a_draft_as_it_will_be(api, django_assert_num_queries):
    draft = TopicFactory(slug="draft", is_show=False, starts_at=timezone.now() + timedelta(days=9))
    listed, hidden = CourseFactory(), CourseFactory(status=Course.Status.OFFLINE)
    add(draft, hidden, listed)

    with django_assert_num_queries(5):
        answer = preview(api, "draft", token_of(draft))

    data = answer.json()["data"]
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.has_header("ETag")
    assert [row["id"] for row in data["courses"]] == [listed.pk]
    assert data["preview_ends_at"] > timezone.localtime().isoformat()
    Topic.objects.update(is_show=True, starts_at=timezone.now())
    assert data.keys() - {"preview_ends_at"} == shown(api, "draft").keys()


def test_a_link_is_for_one_topic_until_it_ends(api, settings):
    one, other = TopicFactory(slug="one", is_show=False), TopicFactory(slug="other")
    gone = TopicFactory(slug="gone", is_delete=True)
    course = CourseFactory(pk=one.pk, status=Course.Status.OFFLINE)
    token = token_of(one)
    refused = (
        ("other", token),
        ("one", token_of(other)),
        ("one", previews.make_token(course.pk)),
        ("one", token[:-1]),
        ("one", "专题"),
        ("gone", token_of(gone)),
        ("none", token),
    )
    for slug, wrong in refused:
        answer = preview(api, slug, wrong)
        assert (answer.status_code, answer.json()["code"]) == (404, 1004), (slug, wrong)
    assert api.get(f"/api/v1/course/{course.pk}/preview/", {"token": token}).status_code == 404
    for wrong in ("", "x" * 201, "\0"):
        answer = preview(api, "one", wrong)
        assert (answer.status_code, [*answer.json()["errors"]]) == (400, ["token"]), wrong
    settings.PREVIEW_LIFETIME = timedelta(seconds=-1)
    assert preview(api, "one", token).status_code == 200
    assert preview(api, "one", token_of(one)).status_code == 404


def png():
    content = BytesIO()
    Image.new("RGB", (30, 10)).save(content, "PNG")
    return SimpleUploadedFile("cover.png", content.getvalue(), "image/png")


def form(courses=(), **fields):
    """What the form sends for a new topic."""
    rows = {}
    for at, course in enumerate(courses):
        rows |= {f"entries-{at}-course": course.pk, f"entries-{at}-orders": 10 - at}
    return {
        "title": "双十一",
        "slug": "double-11",
        "brief": "好课",
        "content_format": "html",
        "text": "<p>满减</p>",
        "orders": 1,
        "is_show": "on",
        "starts_at_0": "2026-11-01",
        "starts_at_1": "00:00:00",
        "entries-TOTAL_FORMS": len(courses),
        "entries-INITIAL_FORMS": 0,
        **rows,
        **fields,
    }


def test_operations_make_a_topic_and_the_log_says_so(client, api):
    client.force_login(staff(roles.OPERATIONS))
    first, second = CourseFactory.create_batch(2)
    assert client.get(page(Topic, "add")).status_code == 200
    wrong_fields = (
        {"slug": "Double 11"},
        {"slug": "-"},
        {"slug": "x" * 65},
        {"brief": ""},
        {"title": "x" * 61},
        {"ends_at_0": "2026-10-31", "ends_at_1": "00:00:00"},
        {"entries-0-course": "999999"},
        {"entries-0-orders": "-1"},
        {"entries-1-course": first.pk},
        {"cover": SimpleUploadedFile("cover.png", b"<svg/>", "image/png")},
    )
    for wrong in wrong_fields:
        answer = client.post(page(Topic, "add"), form([first, second], **{"cover": png(), **wrong}))
        assert (answer.status_code, Topic.objects.count()) == (200, 0), wrong

    answer = client.post(page(Topic, "add"), form([first, second], cover=png()))

    topic = Topic.objects.get()
    assert answer.status_code == 302
    assert [row["id"] for row in shown(api, "double-11")["courses"]] == [second.pk, first.pk]
    assert log_of(topic)


@pytest.mark.every_database
def test_a_course_is_taken_out_and_comes_back(admin_client, api):
    topic, course = TopicFactory(slug="one"), CourseFactory(name="爬虫")
    add(topic, course, CourseFactory())
    at_colleague = form_of(admin_client, page(Topic, "change", topic.pk))

    assert save(admin_client, topic, **{"entries-0-DELETE": "on"}).status_code == 302

    assert len(shown(api, "one")["courses"]) == 1
    assert "爬虫" in log_of(topic)[-1]
    # A colleague, whose page still has it, is told; sent again, the page is as it was left.
    url = page(Topic, "change", topic.pk)
    sent = {**at_colleague, "title": "新标题"}
    told = admin_client.post(url, sent)
    assert told.status_code == 200
    assert "再次保存将不包括这一行" in told.content.decode()
    assert admin_client.post(url, {**sent, "entries-0--asked": "1"}).status_code == 302
    topic.refresh_from_db()
    assert topic.title == "新标题"
    row = {"entries-1-course": course.pk, "entries-1-orders": 1, "entries-TOTAL_FORMS": 2}
    assert save(admin_client, topic, **row).status_code == 302
    assert shown(api, "one")["courses"][0]["id"] == course.pk


def test_more_courses_than_a_page_shows_are_refused(admin_client):
    courses = CourseFactory.create_batch(topics.MAX_COURSES + 1)
    answer = admin_client.post(page(Topic, "add"), form(courses, cover=png()))
    assert (answer.status_code, Topic.objects.count()) == (200, 0)


def test_staff_without_a_role_make_no_topics(client):
    topic = TopicFactory()
    for who in (staff(roles.FINANCE), staff()):
        client.force_login(who)
        for url in (page(Topic, "changelist"), page(Topic, "change", topic.pk)):
            assert client.get(url).status_code == 403, (who, url)
        assert client.post(page(Topic, "add"), form(cover=png())).status_code == 403
    assert Topic.objects.count() == 1


def test_the_form_asks_once_for_all_of_its_courses(admin_client, django_assert_max_num_queries):
    topic = TopicFactory()
    add(topic, *CourseFactory.create_batch(30))
    with django_assert_max_num_queries(14):
        html = admin_client.get(page(Topic, "change", topic.pk)).content.decode()
    assert all(name in html for name in Course.objects.values_list("name", flat=True))
