"""What staff do about money, rights and keys stands in the audit log, or is not done at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.messages.storage.base import BaseStorage
from django.db import models
from django.test import Client
from django.urls import reverse

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.inbox.models import Message
from luffy_api.apps.order.models import (
    BillDifference,
    OfflinePayment,
    Order,
    OrderPayment,
    PaymentCredential,
    PayType,
    Refund,
)
from luffy_api.apps.user.models import SocialAccount, User
from luffy_api.tests import back_office, back_office_messages, credential_page, recording
from luffy_api.tests.back_office_refunds import decision_url, start_form, start_url
from luffy_api.tests.factories import (
    BillDifferenceFactory,
    CourseFactory,
    EnrollmentFactory,
    OfflinePaymentFactory,
    OrderFactory,
    UserFactory,
    ready_course,
)
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.refunding import ask, sold, start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "database_source")]


class Died(Exception):
    """The process ends here."""


@dataclass(frozen=True)
class Action:
    """A click: what is there before, the click, and what the log says of it."""

    prepare: Callable[[FakeAlipay], Any]
    click: Callable[[Client, Any], object]
    line: str


def requested(gateway: FakeAlipay) -> Refund:
    return ask(sold(gateway, "99.00"))


def to_be_given_back_by_hand(gateway: FakeAlipay) -> Refund:
    order = sold(gateway, "99.00")
    OrderPayment.objects.update(pay_type=PayType.OFFLINE)
    Order.objects.update(pay_type=PayType.OFFLINE)
    return start(order)


def unpaid(gateway: FakeAlipay) -> Order:
    return OrderFactory(courses=[CourseFactory(price="99.00")])


def recorded(gateway: FakeAlipay) -> OfflinePayment:
    return OfflinePaymentFactory(order=unpaid(gateway), amount="99.00", reference="ICBC1")


def stored(gateway: FakeAlipay) -> None:
    row = PaymentCredential(provider=PayType.ALIPAY, name="APP_ID")
    row.encrypt(credential_page.APP_ID)
    row.save()


def decide(name: str) -> Callable[[Client, Refund], object]:
    return lambda browser, row: browser.post(decision_url(row, name), {"answer": "好"})


def decide_offline(name: str) -> Callable[[Client, OfflinePayment], object]:
    return lambda browser, row: browser.post(recording.decision_url(row, name))


def bulk(action: str) -> Callable[[Client, models.Model], object]:
    return lambda browser, row: back_office.act(browser, action, row)


def set_password(browser: Client, user: User) -> object:
    words = {"password1": "some good words", "password2": "some good words"}
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    return browser.post(url, {**words, "usable_password": "true"})


def people(name: str, user: User | None = None, *more: object) -> str:
    """An address of the pages of students."""
    return reverse(f"admin:dashboard_student_{name}", args=[*([user.pk] if user else []), *more])


def somebody_and_a_course(gateway: FakeAlipay) -> tuple[User, Course]:
    return UserFactory(), CourseFactory()


def gift(course: Course, **fields: object) -> dict[str, object]:
    return {"course": course.pk, "reason": "补偿", **fields}


ACTIONS = {
    "approve": Action(requested, decide("approve"), "同意退款：好"),
    "reject": Action(requested, decide("reject"), "拒绝退款：好"),
    "pay back": Action(to_be_given_back_by_hand, decide("pay_back"), "登记已退款：好"),
    "start": Action(
        lambda gateway: sold(gateway, "99.00"),
        lambda browser, order: browser.post(start_url(order), start_form(browser, order)),
        "发起退款 99.00 元",
    ),
    "record": Action(
        unpaid,
        lambda browser, order: recording.record(browser, order),
        "登记线下收款 99.00 元，ICBC0001",
    ),
    "confirm": Action(recorded, decide_offline("confirm"), "确认入账：99.00 元，ICBC1"),
    "void": Action(recorded, decide_offline("void"), "作废：99.00 元，ICBC1"),
    "resolve": Action(lambda gateway: BillDifferenceFactory(), bulk("mark_resolved"), "标为已处理"),
    "write a note": Action(
        lambda gateway: BillDifferenceFactory(),
        lambda browser, row: back_office.save(browser, row, note="已联系"),
        "备注：已联系",
    ),
    "enter a key": Action(
        lambda gateway: None,
        lambda browser, _: credential_page.act(browser, "save", APP_ID=credential_page.APP_ID),
        "填写APPID",
    ),
    "remove a key": Action(
        stored, lambda browser, _: credential_page.act(browser, "remove:APP_ID"), "删除APPID"
    ),
    "deactivate": Action(lambda gateway: UserFactory(), bulk("deactivate"), "停用账号"),
    "activate": Action(lambda gateway: UserFactory(is_active=False), bulk("activate"), "启用账号"),
    "log out": Action(lambda gateway: UserFactory(), bulk("log_out_everywhere"), "强制下线"),
    "remove an avatar": Action(
        lambda gateway: UserFactory(icon="user/icons/a.webp"), bulk("remove_avatar"), "移除头像"
    ),
    "set a password": Action(lambda gateway: UserFactory(), set_password, "Password changed."),
    "give a course": Action(
        somebody_and_a_course,
        lambda browser, both: browser.post(people("give", both[0]), gift(both[1])),
        "赠送课程《课程",
    ),
    "give to a list": Action(
        somebody_and_a_course,
        lambda browser, both: browser.post(
            people("gifts"), gift(both[1], students=both[0].mobile, apply="yes")
        ),
        "赠送课程《课程",
    ),
    "take a course back": Action(
        lambda gateway: EnrollmentFactory(source=EnrollmentGrant.Source.GRANT),
        lambda browser, row: browser.post(
            people("take", row.user, row.course.pk), {"reason": "送错人"}
        ),
        "收回课程《课程",
    ),
    "take from a list": Action(
        lambda gateway: EnrollmentFactory(source=EnrollmentGrant.Source.GRANT),
        lambda browser, row: browser.post(
            people("returns"), gift(row.course, students=row.user.mobile, apply="yes")
        ),
        "收回课程《课程",
    ),
    "send a message": Action(
        lambda gateway: UserFactory(),
        lambda browser, _: back_office_messages.send(browser),
        "发送消息：全体学员，站内信 1 人",
    ),
    "stop a message": Action(
        lambda gateway: back_office.ROWS["message"](),
        lambda browser, row: browser.post(reverse("admin:inbox_message_stop", args=[row.pk])),
        "停止发送消息",
    ),
    "merge accounts": Action(
        lambda gateway: (UserFactory(), UserFactory()),
        lambda browser, both: browser.post(
            people("merge", both[0]),
            {"other": f"#{both[1].pk}", "confirmed": both[1].pk, "reason": "同一个人"},
        ),
        "合并账号：",
    ),
    "disconnect": Action(
        lambda gateway: SocialAccount.objects.create(
            user=UserFactory(), provider="wechat", app_id="1", openid="o-1"
        ),
        lambda browser, row: browser.post(
            people("disconnect", row.user, "wechat"), {"reason": "本人来电"}
        ),
        "解除微信绑定：本人来电",
    ),
    "put on sale": Action(lambda gateway: ready_course(), bulk("put_on_sale"), "上线"),
    "hide": Action(lambda gateway: CourseFactory(), bulk("hide"), "隐藏"),
}


# Django's pages say what was done within their transaction.
SAID_INSIDE = ("write a note", "set a password")


def books() -> list[list[dict[str, Any]]]:
    """Everything that an action may change."""
    tables = (
        *(Order, OrderPayment, Refund, OfflinePayment, BillDifference, PaymentCredential),
        *(User, Course, Enrollment, EnrollmentGrant, Message, SocialAccount),
    )
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in SAID_INSIDE])
def test_a_process_that_dies_after_the_commit_has_logged_what_it_did(
    admin_client, fake_alipay, monkeypatch, name
):
    action = ACTIONS[name]
    row = action.prepare(fake_alipay)

    def die(*args, **kwargs):
        raise Died

    with monkeypatch.context() as patch:
        # What a view does next: its own line, or a message to its user.
        for hook in ("log_change", "log_addition"):
            patch.setattr(ModelAdmin, hook, die)
        patch.setattr(BaseStorage, "add", die)
        with pytest.raises(Died):
            action.click(admin_client, row)

    lines = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [line for line in lines if line.startswith(action.line)]


@pytest.mark.parametrize("name", ACTIONS)
def test_what_cannot_be_logged_is_not_done(admin_client, fake_alipay, monkeypatch, name):
    action = ACTIONS[name]
    row = action.prepare(fake_alipay)
    before = books()

    def fail(*args, **kwargs):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(LogEntry, "save", fail)
        patch.setattr(type(LogEntry.objects), "bulk_create", fail, raising=False)
        with pytest.raises(Died):
            action.click(admin_client, row)

    assert books() == before
    assert not LogEntry.objects.exists()
    assert all(not trade.refunds for trade in fake_alipay.trades.values())
