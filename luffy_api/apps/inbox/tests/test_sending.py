"""Staff send a message: to whom, by which way, for how much, and once."""

import tracemalloc
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.inbox import expansion, services, tasks
from luffy_api.apps.inbox.exceptions import AlreadySent, EstimateChanged, NothingToStop, NotSendable
from luffy_api.apps.inbox.models import Delivery, Kind, Message, OptOut
from luffy_api.apps.inbox.services import Agreed
from luffy_api.apps.inbox.tests.outbox import MAIL, SITE, SMS, draft, send, sent, states
from luffy_api.apps.user.models import User
from luffy_api.tests.back_office import log_of
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def every_way(settings):
    """Text messages and mail are set up."""
    settings.SMS_MESSAGES = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def people():
    return {row.user for row in Delivery.objects.all()}


def test_one_student(student):
    UserFactory()
    message = sent(draft(student))

    assert people() == {student}
    assert (message.recipients, message.state) == (1, State.EXPANDED)
    assert message.audience_name == f"{student}（138****5678）"


def test_everybody_who_has_a_course(student):
    course = CourseFactory(name="爬虫")
    for user in (student, UserFactory(is_active=False)):
        EnrollmentFactory(user=user, course=course)
    EnrollmentFactory()

    message = sent(draft(audience="course", audience_id=course.pk))

    assert people() == {student}
    assert message.audience_name == "《爬虫》的学员"


def test_all_students_and_nobody_who_works_here(student):
    UserFactory(is_staff=True)
    other = UserFactory(mobile=None, email=None)

    sent(draft())

    assert people() == {student, other}


@pytest.mark.usefixtures("every_way")
def test_by_each_way_only_who_can_be_reached_and_wants_it(student):
    UserFactory(mobile=None, email=None)
    without = UserFactory(email=None)
    OptOut.objects.create(user=student, kind=Kind.MESSAGE, channel=SMS)
    OptOut.objects.create(user=without, kind=Kind.ANNOUNCEMENT, channel=SMS)
    wanted = draft(channels=[SITE, SMS, MAIL])

    _, found = services.prepare(wanted)
    message = sent(wanted)

    assert found.by_channel == {SITE: 3, SMS: 1, MAIL: 1}
    assert message.recipients == 3
    assert [row.user for row in message.deliveries.filter(channel=SMS)] == [without]
    assert [row.user for row in message.deliveries.filter(channel=MAIL)] == [student]


@pytest.mark.usefixtures("every_way")
def test_the_cost_is_people_times_parts_times_price(settings, student):
    settings.SMS_PRICE = Decimal("0.045")
    UserFactory.create_batch(2)

    _, short = services.prepare(draft(channels=[SMS], sms_text="课" * 70))
    _, long = services.prepare(draft(channels=[SMS], sms_text="课" * 71))
    _, free = services.prepare(draft(channels=[SITE]))

    assert (short.people, short.segments, short.cost) == (3, 1, Decimal("0.14"))
    assert (long.segments, long.cost) == (2, Decimal("0.27"))
    assert (free.segments, free.cost) == (0, Decimal("0.00"))


@pytest.mark.usefixtures("every_way")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"audience": "aliens"}, "audience"),
        ({"audience": "student", "audience_id": 0}, "audience"),
        ({"audience": "student", "audience_id": 10**18}, "audience"),
        ({"audience": "course", "audience_id": 10**18}, "audience"),
        ({"channels": []}, "channels"),
        ({"channels": [9]}, "channels"),
        ({"channels": [SMS], "sms_text": "", "text": "很长" * 300}, "sms_text"),
        ({"channels": [SMS], "text": "第一行\n第二行"}, "sms_text"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_field(student, fields, field):
    with pytest.raises(NotSendable) as caught:
        services.prepare(draft(**fields))
    assert caught.value.field == field


def test_a_way_that_is_not_set_up_is_refused(student, settings):
    settings.SMS_MESSAGES = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    for channel in (SMS, MAIL):
        with pytest.raises(NotSendable):
            services.prepare(draft(channels=[channel]))


def test_nobody_to_send_to_is_refused(settings):
    settings.SMS_MESSAGES = True
    user = UserFactory(mobile=None)
    with pytest.raises(NotSendable):
        services.prepare(draft(user, channels=[SMS]))
    User.objects.update(is_active=False)
    with pytest.raises(NotSendable):
        services.prepare(draft(user))


@pytest.mark.usefixtures("every_way")
def test_more_people_or_a_higher_price_than_agreed_to_send_nothing(student, settings):
    wanted = draft(channels=[SITE, SMS])
    _, found = services.prepare(wanted)
    UserFactory(mobile=None)
    with pytest.raises(EstimateChanged):
        send(wanted, agreed=Agreed(found.people, found.cost))
    settings.SMS_PRICE *= 2
    with pytest.raises(EstimateChanged):
        send(wanted, agreed=Agreed(99, found.cost))
    assert not Message.objects.exists()


def test_it_stands_in_the_audit_log_with_people_and_cost(student, settings):
    settings.SMS_MESSAGES = True
    [line] = log_of(send(draft(channels=[SITE, SMS])))
    assert line == "发送消息：全体学员，站内信 1 人、短信 1 人，短信每人 1 条，约 0.05 元"


def test_a_second_click_is_the_same_message(student):
    submission, staff = uuid4(), UserFactory(is_staff=True)

    first = send(draft(student), staff=staff, submission=submission)
    again = send(draft(student), staff=staff, submission=submission)

    assert first == again
    assert len(log_of(first)) == 1


def test_somebody_elses_submission_is_not_answered_as_ones_own(student):
    submission = uuid4()
    send(draft(student), submission=submission)
    with pytest.raises(AlreadySent):
        send(draft(student), submission=submission)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_message(student):
    submission, staff = uuid4(), UserFactory(is_staff=True)

    outcomes = at_once(*[lambda: send(draft(student), staff=staff, submission=submission)] * 3)

    assert outcomes == ["done"] * 3
    assert Message.objects.count() == 1


def test_one_row_for_each_message_student_and_way(student):
    message = sent(draft(student))
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(message=message, user=student, channel=SITE, state=3)


@pytest.mark.parametrize("fields", [{"channel": 1, "state": 1}, {"channel": 2, "read_at": "now"}])
def test_impossible_deliveries_are_refused_by_the_database(student, fields):
    message = sent(draft(student))
    Delivery.objects.all().delete()
    if "read_at" in fields:
        fields = {**fields, "read_at": timezone.now(), "state": 3}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(message=message, user=student, **fields)


class Killed(BaseException):
    """The process ends here."""


def test_an_expansion_that_is_killed_goes_on_where_it_was(monkeypatch):
    users = UserFactory.create_batch(25)
    message = send(draft())
    monkeypatch.setattr(expansion, "CHUNK", 10)
    with monkeypatch.context() as patch:
        save, saved = Message.save, []

        def dying(row, **options):
            saved.append(row)
            if len(saved) == 2:
                raise Killed
            save(row, **options)

        patch.setattr(Message, "save", dying)
        with pytest.raises(Killed), transaction.atomic():
            expansion.run(message.pk, seconds=60)
    assert Delivery.objects.count() in {0, 10}  # the test's own transaction, or each chunk's

    assert not expansion.run(message.pk, seconds=60)

    message.refresh_from_db()
    assert (message.recipients, Delivery.objects.count()) == (25, 25)
    assert people() == {*users}


def test_a_row_that_a_merge_has_moved_ahead_is_no_conflict(monkeypatch):
    monkeypatch.setattr(expansion, "CHUNK", 1)
    first, second = UserFactory.create_batch(2)
    message = send(draft())
    assert expansion.run(message.pk, seconds=-1)
    Delivery.objects.filter(user=first).update(user=second)

    assert not expansion.run(message.pk, seconds=60)

    assert [row.user for row in Delivery.objects.all()] == [second]


@pytest.mark.django_db(transaction=True)
def test_two_who_expand_the_same_message_write_each_row_once(monkeypatch):
    UserFactory.create_batch(60)
    message = send(draft())
    monkeypatch.setattr(expansion, "CHUNK", 7)

    outcomes = at_once(*[lambda: expansion.run(message.pk, seconds=60)] * 2)

    message.refresh_from_db()
    assert outcomes == ["done"] * 2
    assert (message.recipients, Delivery.objects.count()) == (60, 60)
    assert message.state == State.EXPANDED


def test_it_stops_for_other_tasks_and_is_taken_up_again(monkeypatch, student):
    UserFactory.create_batch(4)
    message = send(draft())
    monkeypatch.setattr(expansion, "CHUNK", 2)

    assert expansion.run(message.pk, seconds=-1)
    assert Delivery.objects.count() == 2
    Message.objects.update(updated_time="2026-01-01T00:00:00Z")
    tasks.continue_messages.call_local()

    assert Delivery.objects.count() == 5


def test_what_is_stopped_is_not_sent(settings, student, monkeypatch):
    settings.SMS_MESSAGES = True
    monkeypatch.setattr(expansion, "CHUNK", 2)
    UserFactory.create_batch(4)
    staff = UserFactory(is_staff=True)
    message = sent(draft(channels=[SITE, SMS]))

    services.stop(message_id=message.pk, staff_id=staff.pk)
    expansion.run(message.pk, seconds=60)

    message.refresh_from_db()
    assert message.state == State.STOPPED
    assert {state for way, state, _ in states() if way == SMS} == {Delivery.State.STOPPED}
    assert log_of(message)[-1] == "停止发送消息"
    for pk in (message.pk, 10**9):
        with pytest.raises(NothingToStop):
            services.stop(message_id=pk, staff_id=staff.pk)


def test_a_message_that_is_gone_or_done_is_no_error(student):
    message = sent(draft(student))
    assert not expansion.run(message.pk, seconds=1)
    assert not expansion.run(10**9, seconds=1)
    assert Delivery.objects.count() == 1


@pytest.mark.any_database
def test_however_many_students_there_are_they_need_little_memory():
    """Eight chunks need what one needs, 0.7 MiB, and all rows at once ten times that."""
    students = 8 * expansion.CHUNK
    User.objects.bulk_create(
        User(
            username=f"many{n}", username_key=f"many{n}", mobile=f"{13700000000 + n}", password="!"
        )
        for n in range(students)
    )
    message = send(draft())
    tracemalloc.start()

    assert not expansion.run(message.pk, seconds=600)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    message.refresh_from_db()
    assert (message.recipients, Delivery.objects.count()) == (students, students)
    assert peak < 2 * 2**20, f"{peak / 2**20:.1f} MiB"
