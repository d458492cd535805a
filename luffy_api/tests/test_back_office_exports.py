"""导出: who may, of which days, and what is in the files, read back as Excel would."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from urllib.parse import unquote

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.order import exports
from luffy_api.apps.order.exports import TABLES, Span
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    Invoice,
    Order,
    OrderPayment,
    Refund,
)
from luffy_api.apps.order.tests.test_invoices import paid, refund
from luffy_api.apps.promotion.models import CodeBatch, RedeemCode
from luffy_api.common import roles
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    InvoiceFactory,
    OrderFactory,
    PackageFactory,
)
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db

URL = "/admin/order/orderexport/"
TODAY = date(2026, 11, 28)
# 00:30 in Shanghai on the 28th is the 27th in UTC.
EARLY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
TRADE_NO = "2026112822001439905012345678"


@pytest.fixture
def finance(client):
    """A browser of 财务."""
    client.force_login(staff(roles.FINANCE))
    return client


def difference(day, key):
    """A payment that only the bill of that day knows."""
    return BillDifference.objects.create(
        bill=Bill.objects.get_or_create(pay_type=1, day=day)[0],
        key=key,
        kind=BillLine.Kind.PAYMENT,
        result=BillResult.MISSING_OURS,
        trade_no=TRADE_NO,
        their_amount="99.00",
        occurred_at=EARLY,
        note="=待查",
    )


def export(browser, table, format, first="2026-11-28", last="2026-11-28", **changes):
    """The answer to the form."""
    data = {"table": table, "format": format, "first": first, "last": last, **changes}
    return browser.post(URL, data)


def read(browser, table, format, **span):
    """Headings and rows of an export as a list of dicts."""
    answer = export(browser, table, format, **span)
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)
    if format == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    [sheet] = openpyxl.load_workbook(io.BytesIO(data))
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


@pytest.fixture
def books(student):
    """An order of that morning with its payment, a refund of it, its invoice, and a bill."""
    difference(TODAY, "one")
    order = paid(student)
    order.order_courses.all().delete()
    for name in ("=1+1", "爬虫"):
        course = CourseFactory(name=name)
        order.order_courses.create(course=course, price="99.00", real_price="49.50")
    Order.objects.update(created_time=EARLY, pay_time=EARLY, trade_no=TRADE_NO)
    OrderPayment.objects.update(paid_at=EARLY, trade_no=TRADE_NO)
    order.refresh_from_db()
    refund(order, Decimal("9.90"), reason="@不想学了", finished_at=EARLY)
    InvoiceFactory(
        user=student,
        orders=[order],
        issued=True,
        title="+路飞学城",
        issued_at=EARLY,
        number="1" * 20,
    )
    return order


def test_the_orders_in_a_workbook_have_numbers_dates_and_texts(finance, books):
    [row] = read(finance, "orders", "xlsx")

    assert row["订单号"] == books.out_trade_no
    assert row["课程"] == "=1+1、爬虫"
    assert (row["订单总价（元）"], row["已退款（元）"], row["待退款（元）"]) == (99, 9.9, 0)
    assert row["支付平台流水号"] == TRADE_NO
    assert (row["状态"], row["支付方式"], row["学员"]) == ("已支付", "支付宝", "xiaoming")
    assert row["下单时间"].isoformat() == "2026-11-28T00:30:00"


def test_the_orders_name_their_package(finance, books):
    package = PackageFactory(name="数据全程", courses=CourseFactory.create_batch(2))
    books.order_courses.update(package=package, package_name="数据全程")
    single = OrderFactory(created_time=EARLY)
    Order.objects.filter(pk=single.pk).update(created_time=EARLY)

    rows = {row["订单号"]: row["套餐"] for row in read(finance, "orders", "xlsx")}

    assert rows == {books.out_trade_no: "数据全程", single.out_trade_no: None}


def test_the_orders_in_a_csv_file_are_safe_to_open(finance, books):
    [row] = read(finance, "orders", "csv")

    assert row["课程"] == "'=1+1、爬虫"
    assert row["订单总价（元）"] == "99.00"
    assert row["支付平台流水号"] == f"{TRADE_NO}\t"
    assert row["下单时间"] == "2026-11-28 00:30:00"


def test_orders_say_which_coupon_they_had_its_code_and_amount(finance, books):
    batch = CodeBatch.objects.create(
        coupon=CouponFactory(name="已改名"), note="活动", count=1, created_by=books.user
    )
    code = RedeemCode.objects.create(
        batch=batch, code="ABCDEFGHJKLMNPQR", used_by=books.user, used_at=EARLY
    )
    claim = ClaimFactory(coupon=batch.coupon, user=books.user, code=code)
    without = OrderFactory(user=books.user)
    Order.objects.filter(pk=without.pk).update(created_time=EARLY)
    Order.objects.filter(pk=books.pk).update(
        coupon_claim=claim, coupon_name="=新人券", coupon_amount="20.00"
    )
    books.order_courses.update(vip_amount="40.00")

    first, second = read(finance, "orders", "csv")

    assert (first["会员价减（元）"], second["会员价减（元）"]) == ("80.00", "0.00")
    names = ("优惠券", "兑换码", "优惠券减（元）")
    assert [first[name] for name in names] == ["'=新人券", "ABCDEFGHJKLMNPQR", "20.00"]
    assert [second[name] for name in names] == ["", "", "0.00"]


def test_payments_say_which_of_them_is_owed_back(finance, books):
    OrderPayment.objects.create(
        order=books, pay_type=2, trade_no="second", amount="99.00", paid_at=EARLY
    )

    own, second = read(finance, "payments", "xlsx")

    assert (own["支付平台流水号"], own["说明"], own["金额（元）"]) == (TRADE_NO, None, 99)
    assert (second["支付方式"], second["说明"]) == ("微信支付", "重复付款，应退")


def test_refunds_are_those_that_were_finished_then(finance, books):
    Refund.objects.update(created_time=EARLY - timedelta(days=40))

    [row] = read(finance, "refunds", "csv")

    assert (row["退款金额（元）"], row["状态"], row["原因"]) == ("9.90", "已退款", "'@不想学了")
    assert (row["订单号"], row["课程"]) == (books.out_trade_no, "整单或按金额")
    assert row["完成时间"] == "2026-11-28 00:30:00"
    assert row["申请时间"] == "2026-10-19 00:30:00"


def test_an_unfinished_refund_counts_when_it_was_asked_for(finance, books):
    Refund.objects.update(created_time=EARLY, finished_at=None, status=0)

    assert [row["状态"] for row in read(finance, "refunds", "xlsx")] == ["申请中"]


def test_invoices_keep_their_long_numbers_and_hostile_titles(finance, books):
    [row] = read(finance, "invoices", "xlsx")
    [line] = read(finance, "invoices", "csv")

    assert (row["发票号码"], row["发票抬头"]) == ("1" * 20, "+路飞学城")
    assert (line["发票号码"], line["发票抬头"]) == ("1" * 20 + "\t", "'+路飞学城")
    assert row["订单号"] == books.out_trade_no
    assert row["开票金额（元）"] == 99


def test_differences_of_the_bill_tell_both_sides(finance, books):
    [row] = read(finance, "differences", "xlsx")
    [line] = read(finance, "differences", "csv")

    assert (row["我方金额（元）"], row["对方金额（元）"]) == (None, 99)
    assert (row["核对结果"], row["类型"], row["备注"]) == ("我方缺", "收款", "=待查")
    assert row["账单日期"].isoformat() == "2026-11-28T00:00:00"
    assert (line["账单日期"], line["备注"], line["我方金额（元）"]) == ("2026-11-28", "'=待查", "")


def test_days_begin_and_end_at_midnight_in_shanghai(finance, books):
    for table, format in product(TABLES, ("csv", "xlsx")):
        for first, last, count in (
            ("2026-11-27", "2026-11-27", 0),
            ("2026-11-28", "2026-11-28", 1),
            ("2026-11-29", "2026-11-30", 0),
            ("2025-11-29", "2026-11-29", 1),
        ):
            rows = read(finance, table, format, first=first, last=last)
            assert len(rows) == count, (table, format, first)


def test_the_headings_are_chinese_and_none_comes_twice():
    for table in TABLES.values():
        headings = [column.heading for column in table.columns]
        assert len(set(headings)) == len(headings)
        assert not [heading for heading in headings if heading.isascii()]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("format", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_file_has_a_name_and_no_cache_keeps_it(finance, books, format, content_type):
    answer = export(finance, "orders", format)

    assert answer["Content-Type"] == content_type
    name = unquote(answer["Content-Disposition"].partition("''")[2])
    assert name == f"订单_20261128-20261128.{format}"
    assert "no-store" in answer["Cache-Control"]
    assert answer.streaming
    answer.close()


@pytest.mark.any_database
def test_each_export_is_in_the_log(finance, books):
    export(finance, "payments", "csv")

    entry = LogEntry.objects.get()
    assert entry.get_change_message() == "导出 收款_20261128-20261128.csv"
    assert entry.user.groups.get().name == roles.FINANCE


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first": "2026-11-29"}, "不能早于"),
        ({"first": "2025-11-27", "last": "2026-11-28"}, "最多导出 366 天"),
        ({"first": "0001-01-01", "last": "0001-01-02"}, "不能早于"),
        ({"first": "9999-12-31", "last": "9999-12-31"}, "不能早于"),
        ({"first": ""}, "必填"),
        ({"last": "x"}, "有效"),
        ({"table": "users"}, "选择一个有效"),
        ({"format": "exe"}, "选择一个有效"),
    ],
)
def test_a_wrong_span_or_choice_is_said_on_the_page(finance, changes, sentence):
    answer = export(finance, **{"table": "orders", "format": "csv", **changes})

    assert (answer.status_code, answer.streaming) == (200, False)
    assert sentence in answer.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.any_database
def test_the_page_offers_this_month(finance):
    form = finance.get(URL).context["form"]

    today = timezone.localdate()
    assert (form.initial["first"], form.initial["last"]) == (today.replace(day=1), today)


@pytest.mark.any_database
@pytest.mark.parametrize("role", [roles.OPERATIONS, ""])
def test_nobody_but_finance_exports(client, role):
    client.force_login(staff(role))

    assert client.get(URL).status_code == 403
    assert export(client, "orders", "csv").status_code == 403


@pytest.mark.any_database
def test_a_student_and_a_visitor_are_sent_to_the_login(client, student):
    assert export(client, "orders", "csv").status_code == 302
    client.force_login(student)
    assert export(client, "orders", "csv").status_code == 302


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_read_in_batches_with_a_fixed_number_of_queries(
    student, table, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(exports, "CHUNK", 2)
    today = timezone.localdate()
    for number in range(5):
        order = paid(student)
        refund(order, Decimal("1.00"))
        InvoiceFactory(user=student, orders=[order])
        difference(today, str(number))
    queries = {"orders": 2, "invoices": 2}.get(table, 1)

    with django_assert_num_queries(3 * queries + 1):  # the last finds nothing
        rows = list(TABLES[table].rows(Span(today, today)))
        values = [[column.value(row) for column in TABLES[table].columns] for row in rows]

    assert len(values) == 5
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)


def test_a_row_that_comes_during_an_export_does_not_upset_it(student, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 1)
    first, second = OrderFactory(), OrderFactory()
    today = timezone.localdate()

    rows = TABLES["orders"].rows(Span(today, today))
    found = [next(rows).pk]
    Order.objects.filter(pk=first.pk).update(subject="changed")
    third = OrderFactory()

    assert found + [row.pk for row in rows] == [first.pk, second.pk, third.pk]
    assert not Invoice.objects.exists()
