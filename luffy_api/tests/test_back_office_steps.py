"""Bulk actions on thousands of rows, a request for every few: the page says how far it is."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.common import batches, bulk_steps
from luffy_api.tests import factories
from luffy_api.tests.back_office import half_width, log_of, page, said

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ONLINE, OFFLINE = Course.Status.ONLINE, Course.Status.OFFLINE
LIST = page(Course, "changelist")


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch):
    """Each request has time for two rows."""
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(bulk_steps, "STEP_SECONDS", -1)


def begin(client, action, address=LIST, **more):
    chosen = {"action": action, "select_across": "1", "_selected_action": "1", "index": "0"}
    return client.post(address, {**chosen, **more})


def go_on(client, answer, address=LIST):
    """What the script of the page sends."""
    fields = dict(answer.context["fields"])
    return client.post(address, {name: str(value) for name, value in fields.items()})


def told(answer) -> str:
    text = re.sub("<[^>]+>", "", answer.content.decode())
    return re.search(r"正在.*?。", text)[0]


@pytest.mark.every_database
def test_each_request_takes_some_and_the_page_says_how_many(admin_client):
    courses = [factories.ready_course(status=ONLINE) for _ in range(5)]

    first = begin(admin_client, "take_off_sale")
    assert first.status_code == 200
    assert told(first) == "正在下线，已处理 2 / 5 条。"
    assert Course.objects.filter(status=OFFLINE).count() == 2
    second = go_on(admin_client, first)
    assert told(second) == "正在下线，已处理 4 / 5 条。"
    last = go_on(admin_client, second)

    assert (last.status_code, last["Location"]) == (302, LIST)
    assert "已下线 5 门课程" in said(admin_client.get(LIST))
    assert set(Course.objects.values_list("status", flat=True)) == {OFFLINE}
    assert [log_of(course) for course in courses] == [["下线"]] * 5


def test_rows_that_leave_the_filter_meanwhile_are_not_missed_and_new_ones_not_taken(admin_client):
    factories.CategoryFactory.create_batch(5)
    categories, address = page(CourseCategory, "changelist"), "?is_show__exact=1"

    answer = begin(admin_client, "hide", categories + address)
    new = factories.CategoryFactory()
    while answer.status_code == 200:
        answer = go_on(admin_client, answer, categories + address)

    assert answer["Location"] == categories + address
    assert list(CourseCategory.objects.filter(is_show=True)) == [new]
    assert "已隐藏 5 条" in said(admin_client.get(categories))


def test_a_request_whose_process_died_is_sent_again(admin_client, monkeypatch):
    for _ in range(5):
        factories.ready_course(status=ONLINE)
    answer = begin(admin_client, "take_off_sale")
    set_status = on_sale.set_status

    def dies(**values):
        set_status(**values)
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(on_sale, "set_status", dies)
        with pytest.raises(RuntimeError):
            go_on(admin_client, answer)
    assert Course.objects.filter(status=OFFLINE).count() == 4

    while answer.status_code == 200:
        answer = go_on(admin_client, answer)

    assert "已下线 5 门课程" in said(admin_client.get(LIST))
    assert not Course.objects.filter(status=ONLINE).exists()


def test_those_that_stay_are_counted_and_the_first_of_all_requests_named(admin_client, monkeypatch):
    monkeypatch.setattr("luffy_api.apps.dashboard.admin.courses.MAX_REFUSED", 3)
    for number in range(5):
        factories.CourseFactory(name=f"缺{number}", status=OFFLINE)
    factories.ready_course(status=OFFLINE)

    answer, sentences = begin(admin_client, "put_on_sale"), ""
    assert told(answer) == "正在上线，已处理 2 / 6 条，其中 2 条没有改动。"
    while answer.status_code == 200:
        sentences += said(answer)
        answer = go_on(admin_client, answer)
    sentences += said(admin_client.get(LIST))

    assert [number for number in range(5) if f"《缺{number}》" in sentences] == [0, 1, 2]
    assert "另有 2 门课程没有改动" in sentences
    assert "已上线 1 门课程" in sentences


FORGED = [
    *({"after": "x"}, {"after": "-1"}, {"last": "9" * 30}, {"total": ""}, {"done": "٣"}),
    *({"after": "9" * 18}, {"last": "0"}, {"refused": "9" * 18}),
]


def test_numbers_that_no_page_has_sent_are_no_error_and_reach_nothing_else(admin_client):
    courses = [factories.ready_course(status=ONLINE) for _ in range(3)]
    outside = factories.ready_course(status=ONLINE, name="别的")
    numbers = {"total": 3, "last": courses[2].pk, "after": 0, "done": 0, "refused": 0}
    for forged in FORGED:
        sent = {f"steps-{name}": str(value) for name, value in {**numbers, **forged}.items()}
        answer = begin(admin_client, "take_off_sale", f"{LIST}?q=课程", **sent)
        assert answer.status_code in (200, 302), forged
    outside.refresh_from_db()
    assert outside.status == ONLINE


def test_a_request_costs_as_many_queries_for_few_as_for_many(admin_client):
    def queries(count):
        for _ in range(count):
            factories.ready_course(status=ONLINE)
        with CaptureQueriesContext(connection) as asked:
            assert begin(admin_client, "take_off_sale").status_code == 200
        return len(asked)

    # The list has pages by then.
    queries(25)
    assert queries(5) == queries(20)


def test_only_who_may_change_rows_goes_on(client, admin_client):
    for _ in range(3):
        factories.ready_course(status=ONLINE)
    answer = begin(admin_client, "take_off_sale")
    LogEntry.objects.all().delete()
    stranger = factories.UserFactory()
    client.force_login(stranger)
    assert go_on(client, answer).status_code == 302
    stranger.is_staff = True
    stranger.save()
    assert go_on(client, answer).status_code == 403
    assert not LogEntry.objects.exists()


def test_the_page_speaks_chinese_and_names_what_it_does(admin_client):
    for _ in range(3):
        factories.ready_course(status=ONLINE)
    answer = begin(admin_client, "take_off_sale")
    assert "下线：课程" in answer.content.decode()
    assert half_width(answer) == []
