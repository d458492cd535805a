"""Published answers of two processes: a second after any change nobody gets an old one.

Here it is a part of a second, after which the processes read versions anew.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.course import student_counts
from luffy_api.apps.course.models import Course, CourseCategory, CourseDiscount, CourseSection
from luffy_api.apps.home.models import Banner, Topic, TopicCourse
from luffy_api.apps.promotion.models import MembershipTerm, Package
from luffy_api.apps.publishing.versions import GOOD_FOR
from luffy_api.apps.school.models import AgreementKind, Announcement, SiteSettings
from luffy_api.apps.school.services import publish_agreement
from luffy_api.apps.search.models import HotWord
from luffy_api.tests.factories import (
    BannerFactory,
    CategoryFactory,
    CourseFactory,
    DiscountFactory,
    HotWordFactory,
    MembershipTermFactory,
    PackageFactory,
    RatingFactory,
    SectionFactory,
    TeacherFactory,
    TopicFactory,
    UserFactory,
)
from luffy_api.tests.processes.clients import Client
from luffy_api.tests.processes.shop import ANSWERS_GOOD_FOR, Shop
from luffy_api.tests.redis_server import wait_until

ADDRESSES = (
    "course/",
    "course/?kind=2&ordering=-price",
    "course/?page_size=1&page=2",
    "course/1/",
    "course/1/related/",
    "course/chapter/?course=1",
    "course/category/",
    "community/rating/?course=1",
    "course/search/hot/",
    "promotion/package/1/",
    "promotion/package/?course=2",
    "promotion/package/all/?page=1&page_size=12",
    "promotion/membership/",
    "home/banner/",
    "home/listing/",
    "home/topic/",
    "home/topic/one/",
    "home/site/",
    "home/announcement/",
)


@pytest.fixture
def catalogue(transactional_db: None) -> None:
    category = CategoryFactory(pk=1, name="爬虫")
    teacher = TeacherFactory(pk=1, name="林老师")
    first = CourseFactory(
        pk=1, name="爬虫实战", price="99.00", course_category=category, teacher=teacher
    )
    second = CourseFactory(
        pk=2, name="数据分析", price="199.00", teacher=teacher, course_img="2.webp"
    )
    SectionFactory(pk=1, course=first, name="第一节", free_trail=True, video="sections/1.mp4")
    SectionFactory(course=second, name="导论", section_type=0, content="正文", video="")
    PackageFactory(pk=1, courses=[first, second])
    MembershipTermFactory()
    BannerFactory(title="新课上线")
    TopicCourse.objects.create(topic=TopicFactory(slug="one"), course=second)
    HotWordFactory(word="爬虫")


def office(action: str, model: str, *pks: int) -> None:
    """An action of the back office for several rows at once."""
    browser = Browser()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    url = reverse(f"admin:{model}_changelist")
    form = {"action": action, "_selected_action": pks}
    assert browser.post(url, form).status_code == 302


def plain_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE luffy_teacher SET title = %s", ["首席讲师"])


def add_discounted() -> None:
    DiscountFactory(courses=[Course.objects.get(pk=2)])


CHANGES: dict[str, Callable[[], Any]] = {
    "a course is renamed": lambda: Course.objects.filter(pk=1).update(name="爬虫进阶"),
    "a price is changed": lambda: Course.objects.filter(pk=2).update(price="299.00"),
    "a teacher, by plain SQL": plain_sql,
    "a section is hidden": lambda: CourseSection.objects.filter(name="第一节").update(
        is_show=False
    ),
    "a banner is added": partial(BannerFactory, title="十一月活动"),
    "a banner is deleted softly": lambda: Banner.objects.update(is_delete=True),
    "an announcement is added": lambda: Announcement.objects.create(title="停机维护"),
    "the school is renamed": lambda: SiteSettings.objects.create(name="新学堂"),
    "terms are published": lambda: publish_agreement(
        kind=AgreementKind.TERMS, text="协议", after_version=0
    ),
    "a course is rated": lambda: RatingFactory(course=Course.objects.get(pk=1)),
    "a topic is renamed": lambda: Topic.objects.update(title="双十一"),
    "a topic loses its course": lambda: TopicCourse.objects.all().delete(),
    "a package is sold for less": lambda: Package.objects.update(price="9.00"),
    "a membership costs less": lambda: MembershipTerm.objects.update(price="9.00"),
    "a hot word is added": partial(HotWordFactory, word="机器学习"),
    "a hot word is deleted": lambda: HotWord.objects.filter(word="爬虫").delete(),
    "a discount begins with its row": add_discounted,
    "a discount ends with its row": lambda: CourseDiscount.objects.all().delete(),
    "a course is taken off sale by an action": partial(office, "take_off_sale", "course_course", 2),
    "and put on sale again": partial(office, "put_on_sale", "course_course", 2),
    "a category is hidden by an action": partial(office, "hide", "course_coursecategory", 1),
    "courses are imported": lambda: CourseFactory.create_batch(3),
    "a category is deleted softly": lambda: CourseCategory.objects.update(is_delete=True),
}

# A write is told by its statement, whatever its table and database. MariaDB has one of each kind:
# INSERT, UPDATE and DELETE, links of rows, plain SQL, a transaction of the back office.
ON_EVERY_DATABASE = {
    "a course is renamed",
    "a teacher, by plain SQL",
    "a banner is added",
    "a topic loses its course",
    "a discount begins with its row",
    "a course is taken off sale by an action",
}


def old_answers(shop: Shop) -> list[str]:
    """Addresses, with the number of the server, that are not answered as the database has it."""
    browser = Browser()
    found = []
    with clients_of(shop) as clients:
        for address in ADDRESSES:
            true = browser.get(f"/api/v1/{address}")
            for number, client in enumerate(clients):
                answer = ask(client, address)
                if (answer.status, answer.json) != (true.status_code, true.json()):
                    found.append(f"{address} of server {number}")
    return found


@contextmanager
def clients_of(shop: Shop) -> Iterator[list[Client]]:
    """A connection to each server."""
    with ExitStack() as stack:
        yield [stack.enter_context(Client(port)) for port in shop.ports]


def ask(client: Client, address: str) -> Any:
    answer = client.send(f"GET /api/v1/{address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert answer
    return answer


def test_no_answer_is_older_than_a_second(catalogue: None, shop: Shop) -> None:
    assert ANSWERS_GOOD_FOR < GOOD_FOR <= 1
    assert old_answers(shop) == []
    names = ON_EVERY_DATABASE if connection.vendor == "mysql" else set(CHANGES)
    assert names <= set(CHANGES)
    for name, change in CHANGES.items():
        if name not in names:
            continue
        change()
        changed_at = time.monotonic()
        # Both may still be old, and are asked, so that it is this answer that has to go.
        with clients_of(shop) as clients:
            for client in clients:
                for address in ADDRESSES:
                    ask(client, address)
        time.sleep(max(0.0, changed_at + ANSWERS_GOOD_FOR - time.monotonic()))

        assert old_answers(shop) == [], name


def test_a_discount_begins_and_ends_at_its_second(catalogue: None, shop: Shop) -> None:
    begins = timezone.now() + timedelta(seconds=2)
    ends = begins + timedelta(seconds=1)
    DiscountFactory(courses=[Course.objects.get(pk=1)], starts_at=begins, ends_at=ends)
    time.sleep(ANSWERS_GOOD_FOR)

    prices = set()
    with clients_of(shop) as clients:
        while (now := timezone.now()) < ends + timedelta(seconds=0.2):
            price = [ask(each, "course/1/").json["data"]["real_price"] for each in clients]
            if begins <= now and timezone.now() < ends:
                assert price == ["79.20"] * 2
            if now >= ends or timezone.now() < begins:
                assert price == ["99.00"] * 2
            prices.add(price[0])
            time.sleep(0.02)

    assert prices == {"99.00", "79.20"}


def test_a_number_of_students_is_at_most_ten_seconds_old(catalogue: None, shop: Shop) -> None:
    with clients_of(shop) as clients:

        def shown() -> list[int]:
            return [ask(each, "course/1/").json["data"]["students"] for each in clients]

        assert shown() == [0, 0]

        student_counts.record(course_ids=[1], change=1)

        wait_until(lambda: shown() == [1, 1], seconds=10)


def test_the_answers_were_published_ones(catalogue: None, shop: Shop) -> None:
    with clients_of(shop) as clients:
        for address in ADDRESSES:
            first, second = (ask(clients[0], address) for _ in range(2))

            assert first.headers["etag"] == second.headers["etag"], address
            assert second.headers["cache-control"].startswith("public"), address
