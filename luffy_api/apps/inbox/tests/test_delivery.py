"""Text messages at the wire of their provider, and mail: each goes out at most once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from luffy_api.apps.inbox import delivery, expansion, retry_schedule, services
from luffy_api.apps.inbox.locks import lease_due
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, MessageKind, OptOut
from luffy_api.apps.inbox.notifications import Notice, notify
from luffy_api.apps.inbox.senders import SendResult, SendStatus
from luffy_api.apps.inbox.tests.outbox import MAIL, SITE, SMS, draft, sent, states
from luffy_api.apps.user.models import User
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.processes.shop import ROOT, database_url
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
State = Delivery.State


def texts(provider):
    """The mobiles of each call that was taken."""
    return [
        [number.removeprefix("+86") for number in message["PhoneNumberSet"]]
        for message in provider.messages
    ]


def due_now():
    """Every pause and lease is over."""
    Delivery.objects.exclude(next_at=None).update(next_at=timezone.now() - timedelta(minutes=10))


def test_a_message_reaches_its_student(provider, student):
    sent(draft(student, channels=[SITE, SMS]))

    assert delivery.deliver_due() == 1

    [message] = provider.messages
    assert message["PhoneNumberSet"] == ["+8613812345678"]
    assert message["TemplateParamSet"] == ["停机维护：周六凌晨停机两小时。"]
    assert states() == [(SITE, State.SENT, ""), (SMS, State.SENT, "")]
    assert Delivery.objects.get(channel=SMS).sent_at
    assert delivery.deliver_due() == 0
    assert len(provider.messages) == 1


def test_many_students_are_one_call_for_each_hundred(provider):
    UserFactory.create_batch(105)
    sent(draft(channels=[SMS]))

    assert delivery.deliver_due() == 105

    assert [len(call) for call in texts(provider)] == [100, 5]
    assert len({number for call in texts(provider) for number in call}) == 105


def test_a_number_that_is_refused_is_tried_again_and_the_others_are_not(provider):
    _, bad = UserFactory.create_batch(2)
    provider.statuses = {bad.mobile: "LimitExceeded.PhoneNumberDailyLimit"}
    sent(draft(channels=[SMS]))

    assert delivery.deliver_due() == 1
    assert delivery.deliver_due() == 0  # not due yet
    row = Delivery.objects.get(user=bad)
    assert (row.state, row.problem) == (State.WAITING, "LimitExceeded.PhoneNumberDailyLimit")
    assert row.next_at > timezone.now() + timedelta(seconds=50)
    provider.statuses = {}
    due_now()

    assert delivery.deliver_due() == 1
    assert texts(provider)[1:] == [[bad.mobile]]


def test_pauses_grow_and_end(provider, student):
    provider.error = "InternalError"
    sent(draft(student, channels=[SMS]))
    pauses = []
    for _ in range(retry_schedule.MAX_ATTEMPTS):
        delivery.deliver_due()
        row = Delivery.objects.get()
        pauses.append(row.next_at and round((row.next_at - timezone.now()).total_seconds() / 60))
        due_now()

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, None]
    assert states() == [(SMS, State.FAILED, "InternalError")]
    assert delivery.deliver_due() == 0
    assert len(provider.arrived) == retry_schedule.MAX_ATTEMPTS


def test_a_provider_that_is_away_is_left_alone_after_three_calls(provider):
    UserFactory.create_batch(450)
    provider.error = "InternalError"
    sent(draft(channels=[SMS]))

    assert delivery.deliver_due() == 0

    assert len(provider.arrived) == delivery.MAX_FAILURES
    assert Delivery.objects.filter(attempts=0).count() == 150


@pytest.mark.parametrize("raw", [(500, "{}"), (200, ""), (200, "{}")])
def test_without_a_clear_answer_nothing_is_sent_again(provider, student, raw):
    provider.raw = raw
    sent(draft(student, channels=[SMS]))

    delivery.deliver_due()
    due_now()
    provider.raw = None
    delivery.deliver_due()

    [(_, state, _)] = states()
    assert state == State.UNKNOWN
    assert len(provider.arrived) == 1


def test_a_number_that_is_missing_in_the_answer_is_not_sent_again(provider):
    known, missing = UserFactory.create_batch(2)
    provider.statuses = {missing.mobile: None}
    sent(draft(channels=[SMS]))

    assert delivery.deliver_due() == 1

    assert Delivery.objects.get(user=missing).state == State.UNKNOWN
    assert Delivery.objects.get(user=known).state == State.SENT


def test_a_provider_that_nobody_reached_is_asked_again(provider, student, settings):
    address = settings.TENCENT_SMS
    settings.TENCENT_SMS = {**address, "ENDPOINT": "http://127.0.0.1:9"}
    sent(draft(student, channels=[SMS]))
    delivery.deliver_due()
    assert states() == [(SMS, State.WAITING, "ClientNetworkError")]
    settings.TENCENT_SMS = address
    due_now()

    assert delivery.deliver_due() == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(provider):
    UserFactory.create_batch(150)
    sent(draft(channels=[SMS]))

    outcomes = at_once(delivery.deliver_due, delivery.deliver_due, delivery.deliver_due)

    numbers = [number for call in texts(provider) for number in call]
    assert outcomes == ["done"] * 3
    assert (len(numbers), len(set(numbers))) == (150, 150)
    assert {state for _, state, _ in states()} == {State.SENT}


DELIVER = """
import django
django.setup()
from django.conf import settings
settings.SMS_MESSAGE_HOURS = (0, 24)
from luffy_api.apps.inbox import delivery
delivery.deliver_due()
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_was_sending_is_never_sent_again(provider, student):
    sent(draft(student, channels=[SMS]))
    provider.hangs = True
    account = {
        "TENCENT_SECRET_ID": "AKIDtest",
        "TENCENT_SECRET_KEY": "the secret of the tests",
        "SMS_SDK_APP_ID": "1400006666",
        "SMS_SIGN_NAME": "路飞学城",
        "SMS_TEMPLATE_ID": "449739",
        "SMS_MESSAGE_TEMPLATE_ID": "449740",
        "TENCENT_SMS_ENDPOINT": provider.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", DELIVER],
        cwd=ROOT,
        env={
            **os.environ,
            **account,
            "SMS_BACKEND": "tencent",
            "DJANGO_SETTINGS_MODULE": "luffy_api.settings.test",
            "DATABASE_URL": database_url(connection.settings_dict),
        },
    )
    wait_until(lambda: provider.arrived)
    process.kill()
    process.wait()
    provider.hangs = False
    assert [state for _, state, _ in states()] == [State.SENDING]
    assert delivery.deliver_due() == 0  # its lease is not over
    due_now()

    assert delivery.deliver_due() == 0

    assert states() == [(SMS, State.UNKNOWN, "中断")]
    assert len(provider.arrived) == 1


def test_what_is_stopped_while_it_is_being_sent_is_not_tried_again(provider, student):
    message = sent(draft(student, channels=[SMS]))
    rows = lease_due(Channel.SMS, 10)
    services.stop(message_id=message.pk, staff_id=UserFactory(is_staff=True).pk)
    expansion.run(message.pk, seconds=9)
    delivery.settle(rows, {student.pk: SendResult(SendStatus.REFUSED, "InternalError")})
    due_now()

    assert delivery.deliver_due() == 0

    assert states() == [(SMS, State.STOPPED, "InternalError")]
    assert provider.arrived == []


def test_who_answers_late_is_believed(provider, student):
    """The lease ended while the provider was being asked, and somebody has noticed."""
    sent(draft(student, channels=[SMS]))
    rows = lease_due(Channel.SMS, 10)
    due_now()
    assert delivery.give_up_lost() == 1

    delivery.settle(rows, {student.pk: SendResult(SendStatus.REFUSED, "InternalError")})
    assert states() == [(SMS, State.UNKNOWN, "中断")]
    delivery.settle(rows, {student.pk: SendResult(SendStatus.SENT)})
    assert states() == [(SMS, State.SENT, "")]


@pytest.mark.parametrize(
    "change",
    [
        lambda user: OptOut.objects.create(user=user, kind=Kind.MESSAGE, channel=SMS),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).update(mobile=None),
    ],
)
def test_what_has_changed_since_the_message_was_written_counts(provider, student, change):
    other = UserFactory()
    sent(draft(channels=[SMS]))
    change(student)

    assert delivery.deliver_due() == 1

    assert texts(provider) == [[other.mobile]]
    assert Delivery.objects.get(user=student).state == State.SKIPPED


def test_at_night_text_messages_wait(provider, student, settings, mailoutbox):
    settings.SMS_MESSAGE_HOURS = (0, 0)
    sent(draft(student, channels=[SMS, MAIL]))

    assert delivery.deliver_due() == 1

    assert (provider.arrived, len(mailoutbox)) == ([], 1)
    settings.SMS_MESSAGE_HOURS = (0, 24)
    assert delivery.deliver_due() == 1


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("hour", "minute", "is_open"),
    [(7, 59, False), (8, 0, True), (20, 59, True), (21, 0, False), (0, 0, False)],
)
def test_the_night_is_that_of_shanghai(hour, minute, is_open):
    shanghai = datetime(2026, 11, 29, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    assert retry_schedule.is_open(Channel.SMS, shanghai) is is_open
    assert retry_schedule.is_open(Channel.MAIL, shanghai)


def test_mail_goes_to_each_student_alone(student, mailoutbox):
    UserFactory(email=None)
    other = UserFactory()
    sent(draft(channels=[MAIL]))

    assert delivery.deliver_due() == 2

    assert sorted(mail.to for mail in mailoutbox) == sorted([[student.email], [other.email]])
    assert mailoutbox[0].subject == "[Luffy 学堂] 停机维护"
    assert "周六凌晨停机两小时。" in mailoutbox[0].body
    assert mailoutbox[0].body.endswith(f"{settings.PUBLIC_URL}/user/messages")


def test_mail_of_what_has_a_page_leads_there(student, mailoutbox):
    MessageKind.objects.create(kind=Kind.BOUGHT, by_mail=True)
    notify(
        Notice(
            user_id=student.pk,
            kind=Kind.BOUGHT,
            title="购买成功",
            text="已收到。",
            link="/user/orders/01M825K83G",
            submission=uuid4(),
        )
    )

    assert delivery.deliver_due() == 1

    assert mailoutbox[0].body.endswith(f"{settings.PUBLIC_URL}/user/orders/01M825K83G")


class BreakingBackend(EmailBackend):
    """The connection is lost with the first mail."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SMTPServerDisconnected


class AbsentBackend(EmailBackend):
    """There is no server."""

    def open(self):
        raise ConnectionRefusedError


def test_of_mail_on_a_lost_connection_only_the_one_under_way_is_unknown(settings, mailoutbox):
    UserFactory.create_batch(3)
    settings.EMAIL_BACKEND = f"{__name__}.BreakingBackend"
    sent(draft(channels=[MAIL]))

    delivery._deliver(Channel.MAIL, float("inf"))

    found = sorted(state for _, state, _ in states())
    assert found == [State.WAITING, State.WAITING, State.UNKNOWN]
    assert len(mailoutbox) == 1


def test_a_mail_server_that_is_away_is_asked_again(settings, student, mailoutbox):
    settings.EMAIL_BACKEND = f"{__name__}.AbsentBackend"
    sent(draft(student, channels=[MAIL]))
    delivery.deliver_due()
    assert states() == [(MAIL, State.WAITING, "ConnectionRefusedError")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    due_now()

    assert delivery.deliver_due() == 1


def test_neither_numbers_nor_addresses_stand_in_the_outbox(provider, student):
    provider.error = "InternalError"
    sent(draft(student, channels=[SITE, SMS, MAIL]))
    delivery.deliver_due()

    text = str(list(Delivery.objects.values()))
    assert student.mobile not in text
    assert student.email not in text
