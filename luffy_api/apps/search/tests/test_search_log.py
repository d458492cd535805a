"""The search log counts by day and word, costs no time, is bounded and keeps no persons."""

from collections import deque
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.apps.publishing import versions
from luffy_api.apps.search import indexing, search_counts, search_log, selectors
from luffy_api.apps.search.models import (
    BlockedWord,
    HotWord,
    SearchDay,
    SearchVisitor,
    SearchWord,
)
from luffy_api.apps.search.search_log import count_search
from luffy_api.tests.factories import CourseFactory, HotWordFactory, UserFactory

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/course/search/"
HOT = "/api/v1/course/search/hot/"


def record(text, *, people=1, found=1, each=1):
    """`people` visitors search for it."""
    for visitor in range(people):
        for _ in range(each):
            search_log.record(text=text, found=found, visitor=f"10.0.{visitor}.1")


def counted():
    search_log.flush()
    return {row.text: (row.searches, row.people, row.found) for row in SearchWord.objects.all()}


@pytest.fixture
def catalogue(fts5):
    indexing.rebuild()
    CourseFactory.create_batch(3, name="爬虫")
    indexing.process_outbox()


def test_a_search_is_counted_with_its_hits(api, catalogue):
    api.get(SEARCH, {"search": "爬虫"})
    api.get(SEARCH, {"search": "  爬虫 "})
    api.get(SEARCH, {"search": "量子力学"})

    assert counted() == {"爬虫": (2, 1, 3), "量子力学": (1, 1, 0)}
    day = SearchDay.objects.get()
    assert (day.searches, day.without_result, day.by_database) == (3, 1, 0)


def test_turning_pages_is_no_new_search(api, catalogue):
    for page in (1, 2, 3):
        api.get(SEARCH, {"search": "爬虫", "page_size": 1, "page": page})

    assert counted() == {"爬虫": (1, 1, 3)}


def test_suggestions_and_refused_requests_are_no_searches(api, catalogue):
    api.get("/api/v1/course/search/suggest/", {"search": "爬虫"})
    for refused in ({"search": "爬虫", "kind": 9}, {"word": "爬虫"}):
        assert api.get(SEARCH, refused).status_code == 400
    for nothing in ({}, {"search": ""}, {"search": " "}):
        assert api.get(SEARCH, nothing).status_code == 200

    assert counted() == {}
    assert not SearchDay.objects.exists()


def test_a_search_that_the_database_answered_is_marked(api, settings, tmp_path):
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'no' / 'index'}"
    (tmp_path / "no").write_text("in the way")

    assert api.get(SEARCH, {"search": "爬虫"}).status_code == 200
    search_log.flush()

    assert SearchDay.objects.get().by_database == 1


def test_case_and_width_are_one_word(catalogue):
    record("Python"), record("ＰＹＴＨＯＮ"), record("python")

    assert counted() == {"Python": (3, 1, 1)}


def test_one_visitor_counts_once_a_day(catalogue):
    record("爬虫", people=1, each=15)
    record("运维", people=5)

    assert counted()["爬虫"] == (15, 1, 1)
    assert 4 <= counted()["运维"][1] <= 5


def test_nothing_that_is_kept_says_who_it_was(catalogue):
    search_log.record(text="爬虫", found=1, visitor="203.0.113.77")
    search_log.flush()

    [row] = SearchVisitor.objects.values()
    assert "203.0.113.77" not in repr([row, *SearchWord.objects.values()])
    # Of 2^32 addresses each of the 2^16 values stands for 65,536; among 5,000 some meet already.
    addresses = [f"10.{n // 250}.{n % 250}.1" for n in range(5000)]
    today = [search_log.visitor_hash(address, row["day"]) for address in addresses]
    tomorrow = [
        search_log.visitor_hash(address, row["day"] + timedelta(days=1)) for address in addresses
    ]
    assert max(today) < 2**16
    assert len(set(today)) < 5000
    assert sum(map(int.__eq__, today, tomorrow)) < 10


def test_who_searched_is_deleted_when_the_day_is_over(catalogue):
    record("爬虫", people=5)
    search_log.flush()
    yesterday = timezone.localdate() - timedelta(days=1)
    SearchVisitor.objects.update(day=yesterday), SearchWord.objects.update(day=yesterday)

    search_log.delete_old()

    assert not SearchVisitor.objects.exists()
    assert counted() == {"爬虫": (5, 5, 1)}


def test_a_search_that_is_counted_late_keeps_the_number_of_people(catalogue):
    # given a day whose visitors are deleted already
    record("爬虫", people=4)
    search_log.flush()
    SearchVisitor.objects.all().delete()

    # when a task of that day runs
    record("爬虫")

    assert counted() == {"爬虫": (5, 4, 1)}


def test_a_search_that_the_last_release_queued_is_counted(catalogue):
    day, key = timezone.localdate(), search_log.word_key("爬虫")
    count_search.call_local(day=day, key=key, text="爬虫", visitor=7, found=3, by_database=False)

    assert counted() == {"爬虫": (1, 1, 3)}


def test_of_too_many_searches_the_latest_are_counted(catalogue, monkeypatch):
    monkeypatch.setattr(search_log, "_noted", deque(maxlen=3))
    for n in range(5):
        search_log.record(text=f"词语{n}", found=1, visitor="10.0.0.1")

    assert set(counted()) == {"词语2", "词语3", "词语4"}


def test_many_searches_are_a_few_statements(catalogue, django_assert_max_num_queries):
    for n in range(search_log.BATCH):
        search_log.record(text=f"词语{n}", found=n, visitor=f"10.0.{n}.1")

    with django_assert_max_num_queries(14):
        search_log.flush()

    assert SearchDay.objects.get().searches == len(counted()) == search_log.BATCH


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "ming@example.com",
        "我的订单 20261122",
        "a",
        "x" * 33,
        "%%%",
        "🐍🐍",
        "\0",
        "",
    ],
)
def test_what_may_be_personal_or_is_no_word_is_not_kept(catalogue, text):
    record(text, people=5)

    assert counted() == {}
    assert SearchDay.objects.get().searches == 5


@given(st.text(max_size=200))
def test_any_text_has_a_key_of_ascii_or_none(text):
    key = search_log.word_key(text)
    assert key == "" or (len(key) == 32 and key.isascii())


def test_a_flood_from_one_place_is_cut(catalogue, monkeypatch):
    monkeypatch.setattr(search_counts, "MAX_WORDS_PER_VISITOR", 20)
    for n in range(100):
        search_log.record(text=f"词语{n}", found=1, visitor="10.0.0.1")
    search_log.record(text="词语0", found=1, visitor="10.0.0.1")

    assert len(counted()) == search_counts.MAX_WORDS_PER_VISITOR
    assert counted()["词语0"] == (2, 1, 1)
    assert SearchDay.objects.get().searches == 101


def test_the_table_is_bounded_and_rare_words_make_room(catalogue, monkeypatch):
    monkeypatch.setattr(search_counts, "MAX_WORDS", 10)
    monkeypatch.setattr(search_counts, "_EVICTED_AT_ONCE", 2)
    record("爬虫", people=9)
    for n in range(30):
        search_log.record(text=f"词语{n}", found=1, visitor=f"10.1.{n}.1")

    words = counted()
    assert len(words) <= 10
    assert "爬虫" in words


def test_an_error_while_counting_does_not_reach_the_visitor(api, catalogue, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(search_counts, "count", fail)

    assert api.get(SEARCH, {"search": "爬虫"}).status_code == 200
    search_log.flush()
    assert "could not be counted" in caplog.text


def test_a_queue_that_is_down_costs_what_it_was_given(catalogue, monkeypatch, caplog):
    with monkeypatch.context() as down:
        down.setattr(search_log, "count_searches", lambda searches: 1 / 0)
        for n in range(search_log.BATCH + 3):
            search_log.record(text="爬虫", found=1, visitor=f"10.0.{n}.1")
        search_log.flush()

    assert "takes no searches" in caplog.text
    # Those that had not been tried are counted when the queue is up again.
    assert counted()["爬虫"] == (3, 3, 1)


def test_counting_costs_the_visitor_no_query(
    api, catalogue, django_assert_num_queries, monkeypatch
):
    # What is public has been read, as by any request before, and is not read again meanwhile.
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    api.get(SEARCH, {"search": "别的"}), search_log.forget()
    with django_assert_num_queries(4):
        api.get(SEARCH, {"search": "爬虫"}, REMOTE_ADDR="203.0.113.77")

    assert "203.0.113.77" not in repr(search_log._noted)
    assert counted() == {"爬虫": (1, 1, 3)}


def test_hot_words_are_the_chosen_ones_then_what_most_people_found(api, catalogue):
    HotWordFactory(word="精选")
    record("爬虫", people=12), record("运维", people=5), record("一人", each=15)
    record("没有", people=12, found=0), record("两人", people=2)
    search_log.flush()

    assert api.get(HOT).json()["data"] == ["精选", "爬虫", "运维"]


def test_a_word_stands_once_though_chosen_and_searched(api, catalogue):
    HotWordFactory(word="Python")
    record("python", people=5)
    search_log.flush()

    assert api.get(HOT).json()["data"] == ["Python"]


def test_blocked_words_never_become_hot(api, catalogue):
    BlockedWord.objects.create(word="外挂")
    record("游戏外挂", people=9), record("爬虫", people=5)
    search_log.flush()

    assert api.get(HOT).json()["data"] == ["爬虫"]


def test_after_a_week_a_word_is_cold_and_then_forgotten(api, catalogue):
    record("爬虫", people=9)
    search_log.flush()
    SearchWord.objects.update(day=timezone.localdate() - timedelta(days=7))
    assert api.get(HOT).json()["data"] == []

    SearchWord.objects.update(day=timezone.localdate() - timedelta(days=9))
    search_log.delete_old()
    assert not SearchWord.objects.exists()


def test_hot_words_are_suggested_by_sound(catalogue):
    HotWordFactory(word="爬虫")

    assert selectors.suggestions(text="pac")[0].text == "爬虫"
    assert selectors.suggestions(text="pc")[0].text == "爬虫"


@pytest.fixture
def operator(client):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="运营"))
    client.force_login(user)
    return client


def test_the_back_office_shows_what_was_searched_in_vain(operator):
    record("量子力学", found=0), record("爬虫")
    search_log.flush()

    page = operator.get("/admin/search/searchword/?found=no").content.decode()

    assert "量子力学" in page
    assert ">爬虫<" not in page
    assert operator.get("/admin/search/searchday/").status_code == 200


@pytest.mark.parametrize(("action", "model"), [("choose", HotWord), ("block", BlockedWord)])
def test_words_are_chosen_and_blocked_from_the_list(operator, action, model):
    record("爬虫", people=5), record("运维", people=5)
    search_log.flush()
    keys = list(SearchWord.objects.filter(text="爬虫").values_list("pk", flat=True))

    for _ in range(2):
        operator.post("/admin/search/searchword/", {"action": action, "_selected_action": keys})

    assert list(model.objects.values_list("word", flat=True)) == ["爬虫"]
    [entry] = LogEntry.objects.filter(object_repr="爬虫")
    assert (entry.content_type.model_class(), entry.change_message) == (model, "从搜索词统计添加")


def test_counts_cannot_be_changed_by_hand(operator):
    record("爬虫")
    search_log.flush()
    row = SearchWord.objects.get()

    assert operator.get("/admin/search/searchword/add/").status_code == 403
    response = operator.post(f"/admin/search/searchword/{row.pk}/change/", {"searches": 9999})
    assert response.status_code == 403
