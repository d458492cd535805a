"""Long lists of the back office: a page, a sorting or a search moves keys, not rows."""

import re
from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.community import bounded_list
from luffy_api.apps.community.models import Answer, PostState, Question, Rating
from luffy_api.apps.inbox.models import Kind, Message
from luffy_api.apps.learning.models import QuizAttempt, StudyDay
from luffy_api.apps.order.models import Order
from luffy_api.common import bounded_pages, deep_pages
from luffy_api.common.bounded_pages import BoundedPaginator
from luffy_api.common.deep_pages import KeyPaginator, LongList
from luffy_api.tests import factories
from luffy_api.tests.back_office import OURS, ROWS, page

pytestmark = pytest.mark.django_db
PER_PAGE = 20
ROWS_IN_ALL = 2 * PER_PAGE + 3
SORTINGS = ["", "o=1", "o=-1", "o=2", "o=-3", "o=4.-1"]


@pytest.fixture
def study_days(student):
    """Three pages of one student and one course; one day belongs to others."""
    course, first = factories.CourseFactory(name="爬虫"), date(2026, 1, 1)
    rows = [
        StudyDay(day=first + timedelta(days=n), user=student, course=course, seconds=n % 7)
        for n in range(1, ROWS_IN_ALL)
    ]
    other = factories.UserFactory(username="lin_zhixia")
    rows.append(StudyDay(day=first, user=other, course=factories.CourseFactory(name="50%_折")))
    StudyDay.objects.bulk_create(rows)


@pytest.mark.any_database
def test_every_list_and_chooser_finds_its_pages_by_keys():
    paginators = {admin.site._registry[model].paginator for model in OURS}
    assert paginators == {KeyPaginator, BoundedPaginator}


def test_pages_are_those_of_the_whole_list_in_every_order(admin_client, study_days):
    listed, model_admin = page(StudyDay, "changelist"), admin.site._registry[StudyDay]
    for sorting in SORTINGS:
        found = []
        for number in (1, 2, 3):
            with CaptureQueriesContext(connection) as asked:
                answer = admin_client.get(f"{listed}?p={number}&{sorting}")
            found += [row.pk for row in answer.context["cl"].result_list]
            [(columns, tables)] = _read_in_pages(asked)
            assert (len(columns), "JOIN" in tables) == (1, False), sorting
        request = RequestFactory().get(f"{listed}?{sorting}")
        request.user = answer.wsgi_request.user
        whole = model_admin.get_changelist_instance(request).queryset
        assert found == list(whole.values_list("pk", flat=True)), sorting


def _read_in_pages(asked):
    """Columns, and tables with the rest, of each statement that the database cuts into pages."""
    cut = re.compile(r"SELECT (.*?) FROM (.luffy_study_day. .*)LIMIT")
    found = filter(None, (cut.match(query["sql"]) for query in asked))
    return [(each[1].split(", "), each[2]) for each in found]


def test_the_last_page_is_counted_from_the_end(admin_client, study_days):
    with CaptureQueriesContext(connection) as asked:
        answer = admin_client.get(f"{page(StudyDay, 'changelist')}?p=3")

    assert [row.day.isoformat() for row in answer.context["cl"].result_list][-1] == "2026-01-01"
    assert [query["sql"] for query in asked if "OFFSET" in query["sql"]] == []


@pytest.mark.any_database
@pytest.mark.parametrize("model", [Answer, Message, Question, Rating])
def test_what_students_write_by_the_million_is_listed_by_its_ids_only(admin_client, model):
    ordered = [
        admin_client.get(f"{page(model, 'changelist')}?o={column}").context["cl"].queryset.query
        for column in (1, -2, "4.-1")
    ]
    assert {query.order_by for query in ordered} == {("-pk",)}


def test_the_filters_of_staff_seek_in_an_index():
    rows = {"answer_author_role": Answer.objects.filter(author_role=Answer.AuthorRole.TEACHER)}
    if connection.vendor == "mysql":
        # SQLite reads the table, which takes it a fraction of the time.
        rows["rating_answered"] = Rating.objects.filter(answered_at__isnull=False)
    for index, found in rows.items():
        # In the words of both databases.
        assert index in found.values("pk").explain()


@pytest.mark.any_database
def test_pages_that_are_none_are_answered_as_before(admin_client, study_days):
    for number in ("0", "-1", "4", "x", "9" * 30):
        answer = admin_client.get(f"{page(StudyDay, 'changelist')}?p={number}")
        assert answer.status_code in (200, 302), number


def sql_of(rows) -> str:
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""


def test_a_search_joins_no_rows_and_finds_what_djangos_does(admin_client, study_days):
    order = factories.OrderFactory()
    terms = ["爬虫", "xiaoming 爬", "lin", "50%", "%_折", '"', '"爬虫"', "'爬 虫'", "a b", "\\"]
    terms.append(order.out_trade_no)
    for model in (StudyDay, Order):
        model_admin = admin.site._registry[model]
        for term in terms:
            own, _ = model_admin.get_search_results(None, model.objects.all(), term)
            assert " JOIN " not in sql_of(own), term
            theirs, _ = ModelAdmin.get_search_results(model_admin, None, model.objects.all(), term)
            assert set(own) == set(theirs), term
    answer = admin_client.get(page(StudyDay, "changelist"), {"q": "lin_zhixia"})
    assert [row.user.username for row in answer.context["cl"].result_list] == ["lin_zhixia"]


def test_a_search_lists_the_first_of_what_it_finds_and_says_so(
    admin_client, study_days, monkeypatch
):
    listed = page(StudyDay, "changelist")
    whole = admin_client.get(listed, {"q": "爬虫"}).context["cl"]
    assert (whole.result_count, whole.is_cut) == (ROWS_IN_ALL - 1, False)

    monkeypatch.setattr(deep_pages, "MAX_FOUND", 2 * PER_PAGE)
    first, last = [admin_client.get(listed, {"q": "爬虫", "p": p}) for p in (1, 2)]

    cut = last.context["cl"]
    assert (cut.result_count, cut.is_cut, cut.paginator.num_pages) == (2 * PER_PAGE, True, 2)
    assert "40+ 条结果，只列出前 40 条" in last.content.decode()
    found = [row.pk for each in (first, last) for row in each.context["cl"].result_list]
    assert found == list(whole.queryset.values_list("pk", flat=True)[: 2 * PER_PAGE])
    # A list that is not searched has all its pages.
    assert admin_client.get(listed).context["cl"].result_count == ROWS_IN_ALL


def test_a_search_reads_its_table_once(admin_client, study_days):
    for sorting in SORTINGS:
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(f"{page(StudyDay, 'changelist')}?q=爬虫&p=2&{sorting}")
        days = [query["sql"] for query in asked if "luffy_study_day" in query["sql"]]
        # That, and the rows of the page by their keys.
        assert len(days) == 2, sorting


def test_ratings_are_found_by_their_course_and_the_newest_by_their_texts(admin_client, monkeypatch):
    monkeypatch.setattr(bounded_list, "MAX_LISTED", 2)
    old, second, third = (
        factories.RatingFactory(text="很好", course__name=name) for name in ("爬虫", "运维", "数据")
    )
    for term, found in (("很好", {second, third}), ("爬", {old}), ("没有", set())):
        rows = admin_client.get(page(Rating, "changelist"), {"q": term}).context["cl"].result_list
        assert set(rows) == found, term
    helped = admin_client.get(page(Rating, "changelist")).content.decode()
    assert "搜索课程名称，或最近 10000 条评价的内容" in helped


def test_messages_are_found_among_the_newest_of_each_kind(admin_client, monkeypatch):
    monkeypatch.setattr(bounded_pages, "MAX_LISTED", 2)
    first, *written = (message(f"开班 {n}", Kind.MESSAGE) for n in range(3))
    announced = message("开班公告", Kind.ANNOUNCEMENT)
    told = message("开班扣款", Kind.BOUGHT)
    listed = page(Message, "changelist")

    def found(**query):
        return set(admin_client.get(listed, query).context["cl"].result_list)

    assert found(q="开班") == {*written, announced}
    assert found(q=first.title) == found(q="没有") == set()
    assert told not in found()
    # Of the list without a word the newest, by pages.
    monkeypatch.setattr(admin.site._registry[Message], "list_per_page", 1)
    assert [found(p=number) for number in (1, 2)] == [{announced}, {written[1]}]
    assert admin_client.get(listed).context["cl"].result_count == 2
    helped = admin_client.get(listed).content.decode()
    assert "列表只到最近 10000 条消息，搜索只看每种类型最近的 10000 条" in helped


def message(title, kind):
    return Message.objects.create(
        kind=kind, title=title, text="一", audience="all", audience_name="全部", channels=[1]
    )


def test_attempts_are_listed_to_the_newest_and_searched_beyond(admin_client, monkeypatch):
    monkeypatch.setattr(bounded_pages, "MAX_LISTED", 2)
    quiz = factories.QuizFactory()
    rows = [factories.attempt_at(quiz, factories.UserFactory(username=f"u{n}x")) for n in range(3)]
    listed = page(QuizAttempt, "changelist")
    monkeypatch.setattr(admin.site._registry[QuizAttempt], "list_per_page", 1)
    answer = admin_client.get(listed, {"p": 2})
    assert list(answer.context["cl"].result_list) == [rows[1]]
    assert answer.context["cl"].result_count == 2
    assert "列表只到最近 10000 次作答，更早的请搜索" in answer.content.decode()
    assert list(admin_client.get(listed, {"q": "u0x"}).context["cl"].result_list) == [rows[0]]


def test_exactly_as_many_as_are_listed_are_all(admin_client, study_days, monkeypatch):
    monkeypatch.setattr(deep_pages, "MAX_FOUND", ROWS_IN_ALL - 1)
    answer = admin_client.get(page(StudyDay, "changelist"), {"q": "爬虫"})
    cut = answer.context["cl"]
    assert (cut.result_count, cut.is_cut) == (ROWS_IN_ALL - 1, False)
    assert f"{ROWS_IN_ALL - 1} 条结果" in answer.content.decode()


def test_all_that_is_selected_of_a_search_is_what_it_lists(admin_client, monkeypatch):
    monkeypatch.setattr(deep_pages, "MAX_FOUND", 2)
    hidden = Rating.State.HIDDEN
    for _ in range(3):
        factories.RatingFactory(text="很好")
    Rating.objects.update(state=hidden, reason="x")
    chosen = {"action": "show", "select_across": "1", "_selected_action": "1", "index": "0"}

    admin_client.post(f"{page(Rating, 'changelist')}?q=很好", chosen)

    states = list(Rating.objects.order_by("-pk").values_list("state", flat=True))
    assert states == [Rating.State.SHOWN] * 2 + [hidden]


def test_all_that_is_selected_of_questions_is_what_their_pages_reach(admin_client, monkeypatch):
    monkeypatch.setattr(bounded_list, "MAX_LISTED", 2)
    for _ in range(3):
        factories.QuestionFactory()
    Question.objects.update(state=PostState.HIDDEN, reason="x")
    chosen = {"action": "show", "select_across": "1", "_selected_action": "1", "index": "0"}

    admin_client.post(page(Question, "changelist"), chosen)

    states = list(Question.objects.order_by("-pk").values_list("state", flat=True))
    assert states == [PostState.SHOWN] * 2 + [PostState.HIDDEN]


def test_the_words_of_a_search_are_not_a_query_each(study_days):
    model_admin = admin.site._registry[StudyDay]
    with CaptureQueriesContext(connection) as asked:
        model_admin.get_search_results(None, StudyDay.objects.all(), "爬虫 " * 20)
    assert len(asked) == 2 * deep_pages.WORDS_BY_KEYS


def test_what_was_ticked_is_changed_though_newer_rows_are_found_before_it(
    admin_client, monkeypatch
):
    monkeypatch.setattr(deep_pages, "MAX_FOUND", 2)
    ticked = factories.RatingFactory(text="很好")
    for _ in range(2):
        factories.RatingFactory(text="很好")
    Rating.objects.update(state=Rating.State.HIDDEN, reason="x")
    chosen = {"action": "show", "select_across": "0", "_selected_action": ticked.pk, "index": "0"}

    admin_client.post(f"{page(Rating, 'changelist')}?q=很好", chosen)

    assert list(Rating.objects.filter(state=Rating.State.SHOWN)) == [ticked]


def test_many_related_rows_are_not_looked_up_by_their_keys(study_days, monkeypatch):
    rows, model_admin = StudyDay.objects.all(), admin.site._registry[StudyDay]
    few, _ = model_admin.get_search_results(None, rows, "xiaoming")
    monkeypatch.setattr(deep_pages, "MAX_KEYS", 0)
    many, _ = model_admin.get_search_results(None, rows, "xiaoming")
    assert ("SELECT U0" in str(few.query), "SELECT U0" in str(many.query)) == (False, True)
    assert set(few) == set(many)


def test_a_list_offers_to_show_all_only_where_something_is_left_out(admin_client, study_days):
    listed = page(StudyDay, "changelist")
    for query, is_offered in (("", False), ("?o=-1", False), ("?p=2", False), ("?q=lin", True)):
        assert ("显示全部" in admin_client.get(listed + query).content.decode()) == is_offered


@pytest.mark.any_database
def test_no_list_that_is_only_read_is_searched_by_joins():
    searched = set()
    for model in OURS:
        model_admin = admin.site._registry[model]
        keys = {name.partition("__")[0] for name in model_admin.search_fields if "__" in name}
        if not keys or not isinstance(model_admin, LongList):
            continue
        found, _ = model_admin.get_search_results(None, model._base_manager.all(), "词")
        if " JOIN " not in sql_of(found).partition("IN (SELECT")[0]:
            searched.add(model._meta.model_name)
    # Of an invoice also by the numbers of its orders, which are several.
    assert searched >= {
        *("order", "refunddueorder", "enrollment", "enrollmentgrant", "studyday", "rating"),
        *("orderpayment", "offlinepayment", "claim", "redemption", "taughtstudent"),
    }


@pytest.mark.any_database
def test_the_row_of_each_table_is_on_its_list(admin_client):
    """With what its own queryset adds: sums, proxies, conditions."""
    for name in ("refunddueorder", "taughtstudent", "student", "auditentry", "redemption"):
        row = ROWS[name]()
        listed = admin_client.get(page(type(row), "changelist"), {"p": "1"})
        assert row.pk in [each.pk for each in listed.context["cl"].result_list], name
