"""inbox/: a student's own messages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.inbox import cleanup
from luffy_api.apps.inbox.models import Delivery, Kind, Message, OptOut
from luffy_api.apps.inbox.tests.outbox import draft, sent
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/inbox/"


def unread(client):
    return client.get(f"{URL}unread/").json()["data"]["unread"]


def titles(client, **query):
    return [row["title"] for row in client.get(URL, query).json()["data"]["results"]]


@pytest.fixture
def delivery(student):
    sent(draft(student))
    return Delivery.objects.get()


def test_a_student_finds_a_message_and_nobody_else_does(student, student_api, stranger_api, api):
    message = sent(draft(student))

    [row] = student_api.get(URL).json()["data"]["results"]

    assert row.pop("created_time")
    assert row == {
        "id": Delivery.objects.get().pk,
        "kind": 1,
        "kind_name": "消息",
        "title": message.title,
        "text": message.text,
        "link": "",
        "read_at": None,
    }
    assert titles(stranger_api) == []
    assert (unread(student_api), unread(stranger_api)) == (1, 0)
    assert api.get(URL).status_code == 401


def test_the_newest_is_first_and_pages_are_as_everywhere(student, student_api):
    for n in range(12):
        sent(draft(student, title=f"第 {n} 条"))

    data = student_api.get(URL, {"page": 2}).json()["data"]

    assert (data["count"], [row["title"] for row in data["results"]]) == (
        12,
        ["第 1 条", "第 0 条"],
    )
    for query in ({"page": "x"}, {"page_size": 51}, {"unread": "maybe"}, {"kind": 99}, {"foo": 1}):
        assert student_api.get(URL, query).status_code == 400, query
    assert student_api.get(URL, {"page": 3}).status_code == 404


def test_filters_by_kind_and_by_what_was_read(student, student_api):
    sent(draft(student, title="一", kind=2))
    sent(draft(student, title="二"))
    Delivery.objects.filter(message__title="一").update(read_at=timezone.now())

    assert titles(student_api, unread="true") == ["二"]
    assert titles(student_api, unread="false") == titles(student_api, kind=2) == ["一"]


def test_pages_are_found_by_keys_and_in_a_fixed_number_of_queries(student, student_api):
    def asked(**query):
        with CaptureQueriesContext(connection) as queries:
            assert student_api.get(URL, query).status_code == 200
        return [each["sql"] for each in queries if "luffy_delivery" in each["sql"]]

    sent(draft(student, kind=2))
    few = [len(asked()), len(asked(kind=2)), len(asked(unread="true"))]
    for _ in range(24):
        sent(draft(student, kind=2))
    for query, number in zip(({}, {"kind": 2}, {"unread": "true"}), few, strict=True):
        found = asked(page=3, **query)
        assert len(found) == number
        # Only the rows of the page are joined to their messages.
        assert [sql for sql in found if "JOIN" in sql and "OFFSET" in sql] == []


def test_what_an_older_release_has_written_is_found_by_kind_and_filled_in(student, student_api):
    for title, kind in (("一", 2), ("二", 1), ("三", 2)):
        sent(draft(student, title=title, kind=kind))
    assert set(Delivery.objects.values_list("kind", flat=True)) == {1, 2}
    Delivery.objects.filter(message__title__in="一二").update(kind=None)

    assert titles(student_api, kind=2) == ["三", "一"]
    assert titles(student_api, kind=1) == ["二"]
    assert cleanup.fill_kinds() == 2
    assert cleanup.fill_kinds() == 0

    rows = Delivery.objects.values_list("kind", "message__kind")
    assert all(kind == real for kind, real in rows)
    assert titles(student_api, kind=2) == ["三", "一"]


def test_kinds_are_filled_in_wherever_they_lie(student, monkeypatch):
    monkeypatch.setattr(cleanup, "WINDOW", 3)
    for _ in range(7):
        sent(draft(student))
    Delivery.objects.update(kind=None)

    assert cleanup.fill_kinds() == 7

    assert not Delivery.objects.filter(kind=None).exists()


def test_the_next_night_looks_at_new_rows_only(student, monkeypatch):
    monkeypatch.setattr(cleanup, "WINDOW", 2)
    for _ in range(7):
        sent(draft(student))
    assert cleanup.fill_kinds() == 0
    pks = sorted(Delivery.objects.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=(pks[0], pks[-1])).update(kind=None)
    sent(draft(student))
    Delivery.objects.filter(pk__gt=pks[-1]).update(kind=None)

    with CaptureQueriesContext(connection) as asked:
        assert cleanup.fill_kinds() == 2

    # The last two rows of the night before once more: their transactions may have ended later.
    assert list(Delivery.objects.filter(kind=None).values_list("pk", flat=True)) == [pks[0]]
    assert len(asked) < 30
    Delivery.objects.all().delete()
    assert cleanup.fill_kinds() == 0


def test_a_message_is_read_once(student_api, delivery):
    address = f"{URL}{delivery.pk}/read/"
    assert student_api.post(address).status_code == 200
    delivery.refresh_from_db()
    first = delivery.read_at

    assert student_api.post(address).status_code == 200

    delivery.refresh_from_db()
    assert delivery.read_at == first
    assert unread(student_api) == 0


@pytest.mark.parametrize("pk", ["other", 0, 10**9, 10**30])
def test_nobody_reads_for_somebody_else(stranger_api, delivery, pk):
    address = f"{URL}{delivery.pk if pk == 'other' else pk}/read/"

    assert stranger_api.post(address).status_code == 404

    delivery.refresh_from_db()
    assert delivery.read_at is None


def test_a_text_message_is_no_message_in_the_site(student, student_api, settings):
    settings.SMS_MESSAGES = True
    sent(draft(student, channels=[2]))
    row = Delivery.objects.get()

    assert titles(student_api) == []
    assert unread(student_api) == 0
    assert student_api.post(f"{URL}{row.pk}/read/").status_code == 404


def test_all_that_was_shown_is_marked_and_nothing_that_came_since(student, student_api):
    other = UserFactory()
    for user in (student, other, student):
        sent(draft(user))
    shown = Delivery.objects.filter(user=student).latest("pk").pk
    sent(draft(student, title="刚到的"))

    answer = student_api.post(f"{URL}read/", {"up_to": shown}, format="json")

    assert answer.json()["data"] == {"unread": 1}
    assert titles(student_api, unread="true") == ["刚到的"]
    assert unread(logged_in(other)) == 1


@pytest.mark.any_database
@pytest.mark.parametrize("body", [{}, {"up_to": 0}, {"up_to": "all"}, {"up_to": 10**30}, [], "x"])
def test_bad_input_marks_nothing(student_api, delivery, body):
    assert student_api.post(f"{URL}read/", body, format="json").status_code == 400
    assert unread(student_api) == 1


def test_the_number_is_bounded(student, student_api):
    staff = UserFactory(is_staff=True)
    messages = Message.objects.bulk_create(
        Message(kind=1, title="x", text="x", audience="student", created_by=staff)
        for _ in range(120)
    )
    messages = Message.objects.filter(title="x")
    Delivery.objects.bulk_create(
        Delivery(message=each, user=student, channel=1, state=3) for each in messages
    )

    assert unread(student_api) == 100


@pytest.mark.parametrize("count", [1, 10])
def test_the_length_of_the_list_costs_no_queries(
    student, student_api, django_assert_num_queries, count
):
    for _ in range(count):
        sent(draft(student))
    student_api.get(URL)

    # The account, the number of rows, the rows.
    with django_assert_num_queries(4):
        student_api.get(URL)
    with django_assert_num_queries(2):
        student_api.get(f"{URL}unread/")


def test_kinds_are_turned_off_and_on_again(student_api, stranger_api):
    def turn(enabled):
        body = {"kind": 2, "channel": 2, "enabled": enabled}
        return student_api.put(f"{URL}preference/", body, format="json")

    for _ in range(2):
        off = [row for row in turn(False).json()["data"] if not row["enabled"]]
        assert off == [
            {"kind": 2, "kind_name": "公告", "channel": 2, "channel_name": "短信", "enabled": False}
        ]
        assert OptOut.objects.count() == 1
    rows = stranger_api.get(f"{URL}preference/").json()["data"]
    pairs = [(kind, channel) for kind in Kind for channel in (2, 3)]
    assert [(row["kind"], row["channel"]) for row in rows] == pairs
    assert all(row["enabled"] for row in rows)

    assert all(row["enabled"] for row in turn(True).json()["data"])


@pytest.mark.any_database
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": 1, "channel": 1, "enabled": False},
        {"kind": 99, "channel": 2, "enabled": False},
        {"kind": 1, "channel": 2, "enabled": "maybe"},
        {"kind": [1], "channel": {}, "enabled": None},
    ],
)
def test_what_cannot_be_turned_off_is_refused(student_api, body):
    assert student_api.put(f"{URL}preference/", body, format="json").status_code == 400
    assert not OptOut.objects.exists()


def test_messages_are_in_the_export_of_their_student_and_nobody_elses(student, student_api):
    sent(draft(student, text="给您的话"))
    sent(draft(UserFactory(), text="给别人的话"))
    OptOut.objects.create(user=student, kind=1, channel=2)

    exported = student_api.get("/api/v1/user/export/").json()["data"]["messages"]

    assert [row["text"] for row in exported["received"]] == ["给您的话"]
    assert exported["turned_off"] == ["消息：短信"]


def test_a_closed_account_leaves_no_message(student, student_api):
    other = UserFactory()
    sent(draft(student, text="只给您的话"))
    both = sent(draft())
    OptOut.objects.create(user=student, kind=1, channel=2)

    answer = student_api.post("/api/v1/user/close/", {"password": "a good password"}, format="json")

    assert answer.status_code == 200
    assert [row.user for row in Delivery.objects.all()] == [other]
    assert list(Message.objects.all()) == [both]
    assert not OptOut.objects.exists()


def test_what_an_account_got_while_it_was_closed_is_deleted_at_night(student):
    sent(draft())
    User.objects.filter(pk=student.pk).update(closed_at=timezone.now())
    kept = UserFactory()
    sent(draft(kept))

    assert cleanup.delete_of_closed_accounts() == 1

    assert [row.user for row in Delivery.objects.all()] == [kept]


def test_an_old_message_is_deleted_with_its_deliveries(student, settings):
    for title in ("旧", "新"):
        sent(draft(student, title=title))
    old = timezone.now() - settings.INBOX_RETENTION - timedelta(hours=1)
    Message.objects.filter(title="旧").update(created_time=old)

    assert cleanup.delete_old_messages() == 2

    assert [row.message.title for row in Delivery.objects.all()] == ["新"]
    assert cleanup.delete_old_messages() == 0
