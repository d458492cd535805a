"""经营数据: who sees which blocks, spans, lists behind numbers, files, the page of a course."""

import re
from datetime import date

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.dashboard.figures import tables as tables_of_figures
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.figures.tables import DayLinks, list_url, moments
from luffy_api.apps.dashboard.tests.sold import at, give_back, pay, place
from luffy_api.apps.learning.models import StudyDay
from luffy_api.apps.order.models import GatewayCounter, RefundStatus
from luffy_api.apps.search.models import SearchDay, SearchWord
from luffy_api.apps.video.models import Video
from luffy_api.common import roles
from luffy_api.tests.factories import (
    AnswerFactory,
    BillDifferenceFactory,
    CourseFactory,
    FavouriteFactory,
    OfflinePaymentFactory,
    OrderFactory,
    OrderPaymentFactory,
    ProgressFactory,
    QuestionFactory,
    RefundFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/admin/dashboard/dailyfigures/"
SPAN = {"first": "2026-11-20", "last": "2026-11-23"}


@pytest.fixture
def noon():
    with time_machine.travel(at("23 12:00"), tick=False) as clock:
        yield clock


@pytest.fixture
def shop(noon):
    """Two orders, of which one is paid; some learning, and searches."""
    course = CourseFactory(name="爬虫实战", price="100.00")
    place(at("21 10:00"), course)
    payment = pay(place(at("21 23:59:59"), course), at("22 00:00"))
    give_back(payment, "40.00", at("22 12:00"), course=course)
    day = date(2026, 11, 22)
    StudyDay.objects.create(day=day, user=payment.order.user, course=course, seconds=600)
    SearchDay.objects.create(day=day, searches=7, without_result=3)
    SearchWord.objects.create(day=day, key="k", text="<b>插花</b>", people=3, searches=3, found=0)
    daily.refresh()
    return course


def browser(role: str = "", **fields) -> Client:
    client = Client()
    client.force_login(staff(role, **fields))
    return client


def tables(answer) -> dict:
    return {table.name: table for table in answer.context["found"].tables}


def numbers(answer) -> dict:
    return {
        number.label: number for table in answer.context["found"].tables for number in table.numbers
    }


def test_the_owner_sees_every_block(admin_client, shop):
    answer = admin_client.get(PAGE, SPAN)

    assert answer.status_code == 200
    assert list(tables(answer)) == [
        *("income", "orders", "students", "best_sellers", "most_watched", "searches", "words")
    ]
    shown = {label: number.value for label, number in numbers(answer).items()}
    assert shown["下单"] == "2"
    assert shown["付款订单"] == "1"
    assert shown["转化率"] == "50.0%"
    assert shown["净收入（元）"] == "60.00"
    assert shown["收款（元）"] == "100.00"
    assert shown["观看（分钟）"] == "10"
    assert shown["日均学习学员"] == "0.2"
    assert shown["搜索"] == "7"
    page = answer.content.decode()
    assert "&lt;b&gt;插花&lt;/b&gt;" in page
    assert "<b>插花</b>" not in page


def test_operations_see_no_money_and_finance_no_learning(shop):
    operations = browser(roles.OPERATIONS).get(PAGE, SPAN)
    assert list(tables(operations)) == ["students", "most_watched", "searches", "words"]
    page = operations.content.decode()
    assert not [word for word in ("100.00", "收款", "退款", "账单") if word in page]

    finance = browser(roles.FINANCE).get(PAGE, SPAN)
    assert list(tables(finance)) == ["income", "orders", "best_sellers"]
    page = finance.content.decode()
    assert not [word for word in ("学习", "搜索", "转码") if word in page]
    assert f"dailyfigures/course/{shop.pk}/" in page


def test_staff_without_a_role_and_students_stay_outside(shop):
    assert browser().get(PAGE).status_code == 403
    assert browser().get(f"{PAGE}course/{shop.pk}/").status_code == 403
    student = Client()
    student.force_login(UserFactory())
    assert student.get(PAGE).status_code == 302
    assert Client().get(PAGE).status_code == 302
    assert "luffy-figures-frame" not in browser().get("/admin/").content.decode()
    assert "luffy-figures-frame" in browser(roles.FINANCE).get("/admin/").content.decode()


def test_the_row_of_a_day_is_for_who_may_see_money(shop):
    url = reverse(
        "admin:dashboard_dailyfigures_change", args=[daily.DailyFigures.objects.first().pk]
    )
    assert browser(roles.OPERATIONS).get(url).status_code == 403
    assert browser(roles.FINANCE).get(url).status_code == 200


@pytest.mark.every_database
def test_every_number_leads_to_a_list_of_as_many_rows(admin_client, shop):
    colleague = UserFactory(is_staff=True)
    found = numbers(admin_client.get(PAGE, SPAN))
    counted = ["下单", "付款订单", "退款", "新学员"]
    for label in counted:
        listed = admin_client.get(found[label].url)
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == int(found[label].value), label
    students = admin_client.get(found["新学员"].url).context["cl"].queryset
    assert students.exists()
    assert colleague not in students
    converted = admin_client.get(found["转化率"].url)
    assert converted.context["cl"].result_count == 1
    for number in found.values():
        assert not number.url or admin_client.get(number.url).status_code == 200, number
    for table in tables(admin_client.get(PAGE, SPAN)).values():
        for row in table.rows:
            assert not row.url or admin_client.get(row.url).status_code == 200, row


def test_the_links_of_a_day_are_those_that_it_would_have_alone():
    def links(day):
        return [
            list_url("order_order", **moments("pay_time", day), order_status__in="1,4"),
            list_url("search_searchday", **tables_of_figures.days("day", day)),
            list_url("search_searchword", day=day.first),
            "",
        ]

    span = Span(date(2025, 11, 30), date(2026, 11, 30))
    found = DayLinks.of(span, links)
    assert all(found.on(day) == links(Span(day, day)) for day in span.days)


def test_each_number_of_a_day_leads_to_its_rows(admin_client, shop):
    found = tables(admin_client.get(PAGE, SPAN))
    counted = {"orders": (0, 1, 2), "students": (0, 1)}
    for name, table in found.items():
        for row in table.rows if name in ("orders", "income", "students", "searches") else ():
            for column, (cell, url) in enumerate(row.linked):
                # Nothing leads nowhere.
                assert bool(url) == bool(row.values[column]), (name, row.label, column)
                listed = admin_client.get(url) if url else None
                if listed and column in counted.get(name, ()):
                    rows = listed.context["cl"].result_count
                    assert rows == int(cell), (name, row.label, column)
    html = admin_client.get(PAGE, SPAN).content.decode()
    cell, url = next(pair for pair in found["orders"].rows[1].linked if pair[1])
    assert f'<td><a href="{escape(url)}" data-list>{cell}</a></td>' in html


def test_numbers_of_a_course_lead_to_its_own_orders_refunds_and_days(admin_client, shop):
    other = pay(place(at("22 10:00"), CourseFactory()), at("22 10:01"))
    give_back(other, "1.00", at("22 12:00"))
    answer = admin_client.get(f"{PAGE}course/{shop.pk}/", SPAN)
    found, by_day = numbers(answer), tables(answer)

    for label in ("购买人次", "收款（元）", "净收入（元）", "退款（元）", "学习人次"):
        assert admin_client.get(found[label].url).context["cl"].result_count == 1, label
    links = [
        url
        for name in ("sales", "learning")
        for row in by_day[name].rows
        for _, url in row.linked
        if url
    ]
    assert len(links) == 4 + 2
    for url in links:
        assert admin_client.get(url).context["cl"].result_count == 1, url


@pytest.mark.parametrize("course", ["0", "x", "9" * 30, "-1", "٣"])
def test_lists_of_a_course_that_there_is_not_are_empty(admin_client, shop, course):
    for model in ("order", "refund"):
        listed = admin_client.get(reverse(f"admin:order_{model}_changelist"), {"course": course})
        assert listed.context["cl"].result_count == 0, model


@pytest.mark.every_database
def test_what_waits_is_counted_as_its_lists_count(admin_client, noon):
    RefundFactory.create_batch(2)
    RefundFactory(status=RefundStatus.FAILED, finished_at=at("20 10:00"))
    OfflinePaymentFactory()
    paid_twice = OrderPaymentFactory().order
    OrderPaymentFactory(order=paid_twice, trade_no="second")
    BillDifferenceFactory()
    SectionFactory(video_state=Video.State.FAILED)
    SectionFactory()
    QuestionFactory.create_batch(2)
    Question.objects.filter(pk=QuestionFactory().pk).update(state=PostState.PENDING)
    Answer.objects.filter(pk=AnswerFactory().pk).update(report_count=1)
    for outcome, count in (("paid", 5), ("unknown", 2)):
        GatewayCounter.objects.create(day="2026-11-23", outcome=outcome, count=count)

    waiting = {number.label: number for number in admin_client.get(PAGE).context["found"].waiting}

    assert {label: number.value for label, number in waiting.items()} == {
        "待处理的退款": "2",
        "失败的退款": "1",
        "待退款订单": "1",
        "待确认的线下收款": "1",
        "账单差异": "1",
        "支付平台未答复": "2",
        "转码失败的课时": "1",
        "未回答的提问": "2",
        "待处理的提问": "1",
        "待处理的回答": "1",
        "告警": "0",
    }
    assert waiting["支付平台未答复"].note == "今天查询 7 次中，没有得到可信答复的次数"
    for label, number in waiting.items():
        rows = admin_client.get(number.url).context["cl"].result_count
        assert rows == (1 if label == "支付平台未答复" else int(number.value)), label
    assert not waiting["告警"].is_open


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-11-21", "2026-11-20", "结束日期不能早于开始日期"),
        ("2026-11-23", "2026-11-24", "结束日期不能晚于今天"),
        ("2016-11-23", "2026-11-23", "一次最多查看 366 天"),
        ("9999-12-31", "9999-12-31", "结束日期不能晚于今天"),
        ("0001-01-01", "2026-11-23", "一次最多查看 366 天"),
        ("昨天", "今天", "输入一个有效的日期"),
        ("2026-02-30", "2026-03-01", "输入一个有效的日期"),
        ("", "2026-11-23", "必填"),
        ("2026-11-23\x00", "2026-11-23", "输入一个有效的日期"),
    ],
)
def test_a_span_that_is_none_is_refused_in_words(admin_client, noon, first, last, sentence):
    answer = admin_client.get(PAGE, {"first": first, "last": last})

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert answer.context["found"] is None
    assert (
        admin_client.get(PAGE, {"first": first, "last": last, "csv": "orders"}).status_code == 400
    )


def test_without_a_span_the_last_thirty_days(admin_client, noon):
    answer = admin_client.get(PAGE)

    span = answer.context["found"].span
    assert (str(span.first), str(span.last)) == ("2026-10-25", "2026-11-23")
    assert [preset["chosen"] for preset in answer.context["presets"]] == [False, False, True]


def test_a_year_is_a_span(admin_client, noon):
    answer = admin_client.get(PAGE, {"first": "2025-11-23", "last": "2026-11-23"})
    assert answer.status_code == 200
    assert len(tables(answer)["orders"].rows) == 366


def test_each_table_is_a_file(admin_client, shop):
    answer = admin_client.get(PAGE, {**SPAN, "csv": "income"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "日期,收款（元）,退款（元）,净收入（元）"
    assert lines[3].replace("\t", "") == "2026-11-22,100.00,40.00,60.00"
    for name in tables(admin_client.get(PAGE, SPAN)):
        assert admin_client.get(PAGE, {**SPAN, "csv": name}).status_code == 200
    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert told[0] == "导出 收入_20261120-20261123.csv"
    assert len(told) == 1 + len(tables(admin_client.get(PAGE, SPAN)))


def test_nobody_gets_a_file_of_a_table_that_is_not_theirs(shop):
    assert browser(roles.OPERATIONS).get(PAGE, {**SPAN, "csv": "income"}).status_code == 404
    assert browser(roles.FINANCE).get(PAGE, {**SPAN, "csv": "income"}).status_code == 200
    assert browser(roles.FINANCE).get(PAGE, {**SPAN, "csv": "学员"}).status_code == 404


def test_a_course_has_its_own_page(admin_client, shop):
    section = SectionFactory(course=shop, duration=100, name="循环")
    ProgressFactory(section=section, position=35, watched=30)
    FavouriteFactory(course=shop)
    url = f"{PAGE}course/{shop.pk}/"

    answer = admin_client.get(url, SPAN)

    assert list(tables(answer)) == ["views", "sales", "learning", "sections", "stops"]
    shown = {label: number.value for label, number in numbers(answer).items()}
    assert shown["购买人次"] == "1"
    assert shown["净收入（元）"] == "60.00"
    [kept] = [each for each in answer.context["found"].numbers if each.label == "收藏"]
    assert kept.value == "1"
    assert admin_client.get(kept.url).context["cl"].result_count == 1
    assert tables(answer)["sections"].rows[0].cells == ["1", "0", "0", "30"]
    assert tables(answer)["stops"].rows[0].values[3] == 1
    form = admin_client.get(reverse("admin:course_course_change", args=[shop.pk])).content.decode()
    assert url in form
    assert admin_client.get(url, {**SPAN, "csv": "stops"}).status_code == 200
    assert admin_client.get(url, {"first": "x", "last": "y"}).status_code == 400


def test_the_page_of_a_course_has_no_money_for_operations_and_no_learning_for_finance(shop):
    url = f"{PAGE}course/{shop.pk}/"
    answer = browser(roles.OPERATIONS).get(url, SPAN)
    assert list(tables(answer)) == ["views", "learning", "sections", "stops"]
    assert "100.00" not in answer.content.decode()
    student = ProgressFactory(section=SectionFactory(course=shop), position=35).user
    finance = browser(roles.FINANCE)
    answer = finance.get(url, SPAN)
    assert list(tables(answer)) == ["views", "sales"]
    page = answer.content.decode()
    assert not [
        word for word in ("学习", "各课时", student.username, student.mobile) if word in page
    ]
    # What they may not open is no link.
    links = set(re.findall(r'href="(/admin/[^"?]*)', page))
    assert {
        reverse("admin:order_order_changelist"),
        reverse("admin:order_refund_changelist"),
    } <= links
    assert [each for each in links if finance.get(each).status_code != 200] == []
    assert finance.get(url, {**SPAN, "csv": "sales"}).status_code == 200
    assert finance.get(url, {**SPAN, "csv": "learning"}).status_code == 404
    assert browser(roles.TEACHERS).get(url, SPAN).status_code == 403


def test_a_course_that_is_not_there_has_no_page(admin_client, noon):
    gone = CourseFactory(is_delete=True)
    for pk in (gone.pk, 10**18, 10**25):
        assert admin_client.get(f"{PAGE}course/{pk}/").status_code == 404


def test_the_page_costs_the_same_for_more_orders_and_days(
    admin_client, shop, django_assert_max_num_queries
):
    def queries(**query):
        with django_assert_max_num_queries(45) as counted:
            admin_client.get(PAGE, query)
        return len(counted)

    few = queries(**SPAN)
    OrderFactory.create_batch(10)
    daily.refresh()
    assert queries(**SPAN) == few
    assert queries(first="2025-11-24", last="2026-11-23") == few
