"""对账 in the back office."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from luffy_api.apps.order import tasks
from luffy_api.apps.order.models import Bill, BillDifference, BillLine, BillResult, PayType
from luffy_api.apps.order.payment.bills import write_note
from luffy_api.common import roles
from luffy_api.common.dates import yesterday
from luffy_api.tests.back_office import act, form_of, page, save
from luffy_api.tests.factories import (
    BillDifferenceFactory,
    BillFactory,
    BillLineFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def staff(role: str):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def finance(client):
    """The browser of somebody in 财务, with `user`."""
    client.user = staff(roles.FINANCE)
    client.force_login(client.user)
    return client


@pytest.fixture
def outsider(client):
    """The browser of somebody in 运营."""
    client.force_login(staff(roles.OPERATIONS))
    return client


def fetch_page() -> str:
    return reverse("admin:order_bill_fetch")


def log() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("id")]


def test_the_list_shows_sums_and_links_to_the_differences_of_each_kind(finance):
    bill = BillFactory(
        payment_count=3,
        payment_amount="300.00",
        refund_count=1,
        refund_amount="8.00",
        fee="1.80",
        net="290.20",
        matched=2,
        missing_ours=1,
        amount_differs=1,
    )
    BillDifferenceFactory(bill=bill)
    BillDifferenceFactory(bill=bill, resolved_at="2026-03-02T00:00:00Z")
    BillDifferenceFactory(bill=bill, result=BillResult.MATCHED, note="已补")

    answer = finance.get(page(Bill, "changelist"))

    text = answer.content.decode()
    for shown in ("3 笔 300.00 元", "1 笔 8.00 元", "1.80", "290.20", "我方缺 1", "金额不同 1"):
        assert shown in text
    assert f"bill__id__exact={bill.pk}&amp;result__exact=1" in text
    assert [row.open_differences for row in answer.context["cl"].result_list] == [1]


def test_a_bill_that_could_not_be_had_says_why(finance):
    BillFactory(load=0, compared_at=None, problem="支付宝还没有生成这一天的账单")

    assert "支付宝还没有生成这一天的账单" in finance.get(page(Bill, "changelist")).content.decode()


@pytest.mark.any_database
def test_the_number_of_queries_of_the_lists_does_not_grow(finance):
    def queries(model) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert finance.get(page(model, "changelist")).status_code == 200
        return len(captured)

    for factory in (BillFactory, BillLineFactory, BillDifferenceFactory):
        factory.create_batch(2)
        queries(factory._meta.model)
        before = queries(factory._meta.model)
        factory.create_batch(5)
        assert queries(factory._meta.model) == before


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "open"}, 1),
        ({"state": "resolved"}, 1),
        ({"state": "x"}, 3),
        ({"result__exact": 1}, 2),
        ({"kind__exact": 1}, 3),
        ({"q": "WANTED"}, 1),
    ],
)
def test_differences_are_filtered(finance, query, count):
    BillDifferenceFactory(out_trade_no="WANTED")
    BillDifferenceFactory(resolved_at="2026-03-02T00:00:00Z")
    BillDifferenceFactory(result=BillResult.MATCHED, note="已补")

    answer = finance.get(page(BillDifference, "changelist"), query)

    assert answer.context["cl"].result_count == count


def test_a_note_and_the_mark_are_written_and_logged(finance):
    row = BillDifferenceFactory()

    assert save(finance, row, note="学员换了手机", resolved="on").status_code == 302

    row.refresh_from_db()
    assert (row.note, row.resolved_by) == ("学员换了手机", finance.user)
    assert row.resolved_at is not None
    assert log() == ["备注：学员换了手机", "标为已处理"]


def test_what_was_compared_cannot_be_changed_and_is_not_overwritten(finance):
    row = BillDifferenceFactory(their_amount="88.00")
    url = page(BillDifference, "change", row.pk)
    form = form_of(finance, url)
    BillDifference.objects.update(their_amount="99.00", result=BillResult.AMOUNT_DIFFERS)

    finance.post(url, {**form, "note": "在查", "result": 0, "their_amount": "1.00"})

    row.refresh_from_db()
    assert (str(row.their_amount), row.result) == ("99.00", BillResult.AMOUNT_DIFFERS)
    assert row.note == "在查"


def test_two_people_in_one_form_do_not_overwrite_each_other(finance):
    row = BillDifferenceFactory()
    url = page(BillDifference, "change", row.pk)
    form = form_of(finance, url)
    BillDifference.objects.update(note="我已联系支付宝")

    answer = finance.post(url, {**form, "note": "没有人管"})

    assert "备注已被他人修改" in answer.content.decode()
    row.refresh_from_db()
    assert row.note == "我已联系支付宝"


def test_of_two_notes_at_the_same_moment_the_first_stays():
    row, user = BillDifferenceFactory(), UserFactory()
    assert write_note(row, seen="", note="我已联系支付宝", user_id=user.pk)

    assert not write_note(row, seen="", note="没有人管", user_id=user.pk)

    row.refresh_from_db()
    assert row.note == "我已联系支付宝"


def test_differences_are_marked_in_bulk_once(finance):
    rows = BillDifferenceFactory.create_batch(2)
    act(finance, "mark_resolved", *rows)
    first = BillDifference.objects.values_list("resolved_by", flat=True)
    assert set(first) == {finance.user.pk}

    finance.force_login(staff(roles.FINANCE))
    act(finance, "mark_resolved", *rows)

    assert set(BillDifference.objects.values_list("resolved_by", flat=True)) == {finance.user.pk}
    assert log() == ["标为已处理"] * 2
    act(finance, "mark_open", rows[0])
    assert BillDifference.objects.open().get() == rows[0]


def test_a_day_is_fetched_and_logged(finance):
    day = yesterday()

    answer = finance.post(fetch_page(), {"pay_type": "1", "day": day.isoformat()}, follow=True)

    # Nobody listens at the gateway of the tests: the outcome stands in the list.
    bill = Bill.objects.get(pay_type=PayType.ALIPAY, day=day)
    assert bill.problem == "暂时无法从支付宝获取账单，请稍后再试"
    assert bill.problem in answer.content.decode()
    assert log() == ["获取并核对账单"]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "data",
    [
        {"pay_type": "1", "day": "2099-01-01"},
        {"pay_type": "1", "day": "0001-01-01"},
        {"pay_type": "1", "day": "昨天"},
        {"pay_type": "1"},
        {"pay_type": "3", "day": "2026-03-01"},
        {"pay_type": "x", "day": "2026-03-01"},
        {"day": "2026-03-01"},
    ],
)
def test_a_day_or_method_without_bills_is_refused(finance, data):
    assert finance.post(fetch_page(), data).status_code == 200
    assert not Bill.objects.exists()


def test_bills_are_fetched_again_in_bulk(finance, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "reconcile_bill", lambda *args: asked.append(args))
    bills = [BillFactory(day=date(2026, 3, day)) for day in (1, 2)]

    act(finance, "fetch_again", *bills)

    assert asked == [(1, "2026-03-01"), (1, "2026-03-02")]


@pytest.mark.any_database
def test_others_see_and_do_nothing(outsider):
    row = BillDifferenceFactory()
    for model in (Bill, BillLine, BillDifference):
        assert outsider.get(page(model, "changelist")).status_code == 403
    assert outsider.get(fetch_page()).status_code == 403
    assert outsider.post(fetch_page(), {"pay_type": 1, "day": "2026-03-01"}).status_code == 403
    act(outsider, "mark_resolved", row)
    assert BillDifference.objects.open().exists()


@pytest.mark.any_database
def test_who_may_only_look_fetches_nothing(finance):
    group = Group.objects.get(name=roles.FINANCE)
    group.permissions.remove(group.permissions.get(codename="fetch_bill"))
    bill = BillFactory()

    assert "获取某天账单" not in finance.get(page(Bill, "changelist")).content.decode()
    assert finance.get(fetch_page()).status_code == 403
    act(finance, "fetch_again", bill)

    bill.refresh_from_db()
    assert bill.attempted_at is None


def test_lines_of_an_unfinished_run_are_not_shown(finance):
    line = BillLineFactory()
    BillLineFactory(bill=line.bill, load=2)

    rows = finance.get(page(BillLine, "changelist")).context["cl"].result_list

    assert list(rows) == [line]
