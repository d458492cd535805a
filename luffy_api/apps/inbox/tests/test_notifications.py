"""What the shop tells by itself: in the site, and outside as the school has set up its kinds."""

import json
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from luffy_api.apps.inbox import delivery, kinds, notifications
from luffy_api.apps.inbox.locks import lease_due
from luffy_api.apps.inbox.models import OUTSIDE, Delivery, Kind, Message, MessageKind, OptOut
from luffy_api.apps.inbox.notifications import Notice
from luffy_api.apps.inbox.senders import NOT_TRIED
from luffy_api.apps.inbox.tests.outbox import MAIL, SITE, SMS, draft, sent, states
from luffy_api.libs.sms.tests import test_aliyun
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
aliyun = test_aliyun.provider
State = Delivery.State
WORDS = "您已购买{subject}，实付{amount}元"


def notice(user, **fields):
    values = {
        "kind": Kind.BOUGHT,
        "title": "购买成功：爬虫",
        "text": "已收到您支付的 99.00 元。",
        "submission": uuid4(),
        "parameters": {"subject": "爬虫", "amount": "99.00"},
        **fields,
    }
    return Notice(user_id=user.pk, **values)


@pytest.fixture
def by_every_way(any_hour):
    """The school sends this kind by text message and mail, too."""
    return MessageKind.objects.create(
        kind=Kind.BOUGHT,
        by_sms=True,
        by_mail=True,
        sms_template_id="SMS_300",
        sms_template=WORDS,
    )


def test_in_the_site_only_unless_the_school_decides_otherwise(student, settings):
    settings.SMS_MESSAGES = True

    notifications.notify(notice(student))

    assert states() == [(SITE, State.SENT, "")]
    assert delivery.deliver_due() == 0


def test_a_database_that_tells_no_keys_of_several_rows_keeps_all(student, monkeypatch):
    # MySQL 8; MariaDB and SQLite tell them.
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)

    assert notifications.notify_many([notice(student), notice(UserFactory())]) == 2

    assert Delivery.objects.exclude(message=None).count() == Message.objects.count() == 2


@pytest.mark.usefixtures("by_every_way")
def test_a_named_template_goes_out_with_its_parameters_and_a_mail(student, aliyun, mailoutbox):
    notifications.notify(notice(student))

    assert delivery.deliver_due() == 2
    assert delivery.deliver_due() == 0

    [message] = aliyun.messages
    assert (message["PhoneNumbers"], message["TemplateCode"]) == (student.mobile, "SMS_300")
    assert json.loads(message["TemplateParam"]) == {"subject": "爬虫", "amount": "99.00"}
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([student.email], "[Luffy 学堂] 购买成功：爬虫")


@pytest.mark.usefixtures("by_every_way")
def test_with_tencent_its_parameters_are_numbered(student, provider):
    notifications.notify(notice(student))

    delivery.deliver_due()

    [message] = provider.messages
    assert (message["TemplateId"], message["TemplateParamSet"]) == ("SMS_300", ["爬虫", "99.00"])


@pytest.mark.usefixtures("by_every_way")
def test_each_kind_is_turned_off_by_itself(student, aliyun, mailoutbox):
    OptOut.objects.create(user=student, kind=Kind.BOUGHT, channel=SMS)
    OptOut.objects.create(user=student, kind=Kind.REFUNDED, channel=MAIL)

    notifications.notify(notice(student))

    assert delivery.deliver_due() == 1
    assert (aliyun.arrived, len(mailoutbox)) == ([], 1)


@pytest.mark.usefixtures("by_every_way")
def test_at_night_the_text_message_waits(student, aliyun, settings, mailoutbox):
    settings.SMS_MESSAGE_HOURS = (0, 0)
    notifications.notify(notice(student))
    assert delivery.deliver_due() == 1
    assert aliyun.arrived == []
    settings.SMS_MESSAGE_HOURS = (0, 24)

    assert delivery.deliver_due() == 1


@pytest.mark.usefixtures("by_every_way")
def test_an_unknown_outcome_is_never_sent_again(student, aliyun, mailoutbox):
    aliyun.error = "isp.SYSTEM_ERROR"
    notifications.notify(notice(student))

    delivery.deliver_due()
    aliyun.error = None
    Delivery.objects.exclude(next_at=None).update(next_at=timezone.now())
    delivery.deliver_due()

    assert (SMS, State.UNKNOWN, "isp.SYSTEM_ERROR") in states()
    assert len(aliyun.arrived) == 1


@pytest.mark.usefixtures("by_every_way")
@pytest.mark.parametrize("error", ["isv.AMOUNT_NOT_ENOUGH", "isv.BUSINESS_LIMIT_CONTROL"])
def test_what_was_refused_is_tried_again(student, aliyun, error, mailoutbox):
    aliyun.error = error
    notifications.notify(notice(student))
    delivery.deliver_due()
    assert (SMS, State.WAITING, error) in states()
    aliyun.error = None
    Delivery.objects.exclude(next_at=None).update(next_at=timezone.now())

    assert delivery.deliver_due() == 1
    assert (SMS, State.SENT, "") in states()


@pytest.mark.usefixtures("by_every_way")
@pytest.mark.parametrize("change", [{"by_sms": False, "sms_template_id": ""}, {"is_on": False}])
def test_what_waits_is_not_sent_once_the_school_has_turned_it_off(student, aliyun, change):
    notifications.notify(notice(student))
    MessageKind.objects.update(**change)

    delivery.deliver_due()

    assert (SMS, State.SKIPPED, delivery.TURNED_OFF) in states()
    assert aliyun.arrived == []


@pytest.mark.usefixtures("by_every_way")
def test_a_provider_in_trouble_makes_not_all_that_waits_unknown(aliyun, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    notifications.notify_many([notice(each) for each in UserFactory.create_batch(6)])
    aliyun.raw = (502, "<html>")

    assert delivery.deliver_due() == 0

    assert len(aliyun.arrived) == delivery.MAX_FAILURES
    assert Delivery.objects.filter(channel=SMS, state=State.WAITING, attempts=0).count() == 3


@pytest.mark.usefixtures("by_every_way")
def test_what_nobody_asked_for_costs_no_attempt(student):
    notifications.notify(notice(student))
    rows = lease_due(SMS, 10)
    assert rows[0].attempts == 1

    delivery.settle(rows, {student.pk: NOT_TRIED})

    row = Delivery.objects.get(channel=SMS)
    assert (row.state, row.attempts) == (State.WAITING, 0)


@pytest.mark.usefixtures("by_every_way")
def test_whoever_cannot_be_reached_has_it_in_the_site(aliyun):
    notifications.notify(notice(UserFactory(mobile=None, email=None)))
    assert states() == [(SITE, State.SENT, "")]


def test_the_same_is_told_once_and_a_closed_account_nothing(student):
    told = notice(student)
    gone = UserFactory(closed_at=timezone.now(), is_active=False)

    assert notifications.notify_many([told, notice(gone)]) == 1
    assert notifications.notify_many([told]) == 0
    assert notifications.notify_many([]) == 0

    assert Delivery.objects.count() == 1


def test_two_that_exclude_each_other_by_nothing_do_not_tell_it_twice(student):
    """The control of the locks: the database refuses the second."""
    told = notice(student)
    notifications.notify(told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            kind=told.kind, title="x", text="x", audience="student", submission=told.submission
        )


@pytest.mark.usefixtures("by_every_way")
@pytest.mark.parametrize("count", [1, 20])
def test_many_cost_as_many_queries_as_one(aliyun, count, django_assert_num_queries):
    many = [notice(each) for each in UserFactory.create_batch(count)]
    # Kind, known, people, messages, reachable by two ways, deliveries.
    with django_assert_num_queries(7):
        assert notifications.notify_many(many) == count


@pytest.mark.usefixtures("by_every_way")
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_text_once(aliyun, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    notifications.notify_many([notice(each) for each in UserFactory.create_batch(30)])

    outcomes = at_once(delivery.deliver_due, delivery.deliver_due)

    numbers = [message["PhoneNumbers"] for message in aliyun.arrived]
    assert outcomes == ["done"] * 2
    assert (len(numbers), len(set(numbers))) == (30, 30)


def test_what_staff_write_may_have_a_template_of_its_own(student, aliyun, any_hour, settings):
    settings.SMS_MESSAGES = True
    MessageKind.objects.create(
        kind=Kind.ANNOUNCEMENT,
        by_sms=True,
        sms_template_id="SMS_200",
        sms_template="{text}，拒收请回复R",
    )
    sent(draft(student, kind=Kind.ANNOUNCEMENT, channels=[SMS], sms_text="放假安排"))

    delivery.deliver_due()

    assert json.loads(aliyun.messages[0]["TemplateParam"]) == {"text": "放假安排"}


@pytest.mark.any_database
def test_a_long_name_is_cut_to_what_providers_take():
    assert kinds.cut("课" * 31) == "课" * 29 + "…"
    assert kinds.cut(" 两\n行 ") == "两 行"
    assert set(kinds.PARAMETERS) == set(Kind)
    assert Kind["MEMBERSHIP_EXPIRING"].name.lower() == "membership_expiring"


def test_a_template_with_a_parameter_that_nobody_fills_in_is_a_warning(by_every_way):
    def found():
        return [row for row in run_checks(databases=["default"]) if row.id == "inbox.W001"]

    assert found() == []
    MessageKind.objects.update(sms_template="您已购买{product}")
    assert "product" in found()[0].msg


def test_a_text_message_of_a_kind_needs_a_template():
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageKind.objects.create(kind=Kind.REFUNDED, by_sms=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageKind.objects.create(kind=Kind.REFUNDED, sms_template_id="SMS_1")
    assert len(OUTSIDE) == 2
