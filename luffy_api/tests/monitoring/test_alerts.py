"""Alerts: told once, again while they last, and when they are over, by every channel."""

import socket
import threading
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.core.checks import run_checks
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.monitoring import alerts, delivery, rounds
from luffy_api.apps.monitoring.alerts import Condition, Problem
from luffy_api.apps.monitoring.models import Alert, AlertNotice, AlertTurn
from luffy_api.libs.robots.tests.fake_robots import ADDRESSES, FakeRobots
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db

DISK = Problem("disk", "磁盘空间不足", "只剩 3 MB")
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def robot(settings):
    with FakeRobots().serving() as served:
        settings.ALERT_WEBHOOK_URL = f"{served.url}{ADDRESSES['dingtalk']}"
        settings.ALERT_WEBHOOK_KIND = "dingtalk"
        yield served


class Inbox(Message):
    def __init__(self):
        super().__init__()
        self.mails = []

    def handle_message(self, message):
        self.mails.append(message)


@pytest.fixture
def inbox(settings):
    """A real SMTP server, to which mail goes."""
    handler = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.ALERT_RECIPIENTS = ["boss@school.example", "finance@school.example"]
    yield handler.mails
    server.stop()


@pytest.fixture
def problems(monkeypatch):
    """What the only condition sees."""
    seen: list[Problem] = []
    monkeypatch.setattr(alerts, "_conditions", [Condition("test", lambda: list(seen))])
    return seen


@pytest.fixture
def at():
    """at(minutes) runs a round so long after the beginning."""

    def run(minutes: float) -> bool:
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            return rounds.run()

    return run


class TestLife:
    def test_it_is_told_once_and_when_it_is_over(self, robot, problems, at):
        problems.append(DISK)
        for minute in range(3):
            assert at(minute)
        problems.clear()
        for minute in range(3, 12):
            at(minute)

        assert len(robot.texts) == 2
        subject, line, text, *_ = robot.texts[0].split("\n")
        assert (subject, line) == ("[Luffy 学堂] 告警：磁盘空间不足", "【告警】磁盘空间不足")
        assert text == "只剩 3 MB"
        assert robot.texts[1].startswith("[Luffy 学堂] 已恢复：磁盘空间不足")
        assert "持续约 7 分钟" in robot.texts[1]
        assert "3 MB" not in robot.texts[1]
        alert = Alert.objects.get()
        assert (alert.count, alert.resolved_at is not None) == (3, True)

    def test_it_is_told_again_after_a_day(self, robot, problems, at):
        problems.append(DISK)
        for hour in range(0, 50, 5):
            at(hour * 60)

        assert [text.partition("：")[0] for text in robot.texts] == [
            "[Luffy 学堂] 告警",
            "[Luffy 学堂] 仍未恢复",
        ]

    def test_what_comes_and_goes_is_one_alert(self, robot, problems, at):
        for minute in range(20):
            problems[:] = [DISK] if minute % 4 == 0 else []
            at(minute)

        assert len(robot.texts) == 1
        assert Alert.objects.get().count == 5

    def test_what_comes_back_later_is_another_alert(self, robot, problems, at):
        for minute, seen in ((0, [DISK]), (10, []), (20, [DISK])):
            problems[:] = seen
            at(minute)

        assert len(robot.texts) == 3
        assert Alert.objects.count() == 2

    def test_a_flood_of_one_kind_is_one_message(self, robot):
        for number in range(1000):
            alerts.report(Problem("disk", "磁盘空间不足", f"第 {number} 次"), source="test")
        delivery.deliver()
        delivery.deliver()

        assert len(robot.texts) == 1
        assert "第 999 次" in robot.texts[0]
        assert Alert.objects.get().count == 1000

    def test_a_flood_of_many_kinds_is_one_message(self, robot, inbox, problems, at):
        problems += [Problem(f"p{number}", f"问题 {number}", "说明") for number in range(300)]
        at(0)

        (text,) = robot.texts
        (mail,) = inbox
        assert "问题 0 等 300 项" in text
        assert "另有 290 项。" in text
        assert text.count("【告警】") == 10
        assert mail["To"] == "boss@school.example, finance@school.example"

    def test_an_event_may_be_told_anew(self, robot):
        for _ in range(2):
            alerts.report(DISK, source="test", anew=True)
            delivery.deliver()

        assert len(robot.texts) == 2
        assert Alert.objects.count() == 1

    def test_it_is_over_when_its_reporter_says_so(self, robot):
        alerts.report(DISK, source="elsewhere")

        assert alerts.resolve("disk")
        assert not alerts.resolve("disk")
        assert not Alert.objects.open().exists()

    def test_a_condition_that_breaks_stops_no_other_and_ends_nothing(self, monkeypatch, caplog, at):
        def broken():
            raise ValueError("a fault of ours")

        monkeypatch.setattr(
            alerts, "_conditions", [Condition("a", broken), Condition("b", lambda: [DISK])]
        )
        alerts.report(Problem("old", "旧的", ""), source="a")
        at(30)

        assert set(Alert.objects.open().values_list("key", flat=True)) == {"old", "disk"}
        assert "the condition a cannot be judged" in caplog.text

    def test_a_condition_may_be_asked_less_often(self, monkeypatch, at):
        asked = []
        condition = Condition("rare", lambda: asked.append(1) or [], timedelta(hours=1))
        monkeypatch.setattr(alerts, "_conditions", [condition])
        for minute in range(0, 121, 5):
            at(minute)

        assert len(asked) == 3

    def test_without_a_channel_it_is_a_row_and_a_line_of_the_log(
        self, problems, at, caplog, django_capture_on_commit_callbacks
    ):
        problems.append(DISK)
        with django_capture_on_commit_callbacks(execute=True):
            at(0)

        assert Alert.objects.get().title == DISK.title
        assert "alert: 磁盘空间不足: 只剩 3 MB" in caplog.text
        assert not AlertNotice.objects.exists()

    def test_a_title_is_one_line_and_texts_have_limits(self, inbox):
        alerts.report(Problem("disk", "磁盘\nBcc: all@example.com", "长" * 5000), source="test")
        delivery.deliver()

        (mail,) = inbox
        assert mail["Bcc"] is None
        assert Alert.objects.get().title == "磁盘 Bcc: all@example.com"

    def test_one_process_takes_the_turn_of_a_minute(self, problems, at):
        assert at(0)
        assert not at(0.5)
        assert at(1)


class TestDelivery:
    def test_a_channel_that_refuses_is_asked_again_after_longer_and_longer(
        self, robot, problems, at
    ):
        problems.append(DISK)
        robot.answers = [(200, b'{"errcode":130101,"errmsg":"send too fast"}')] * 4
        asked = []
        for minute in range(40):
            at(minute)
            asked.append(robot.asked)

        first_at = [asked.index(count) for count in range(1, 6)]
        assert first_at == [0, 1, 3, 7, 15]
        assert len(robot.texts) == 1
        turn = AlertTurn.objects.get(name="webhook")
        assert (turn.failures, turn.problem) == (0, "")

    def test_one_channel_that_is_away_does_not_stop_the_other(
        self, robot, inbox, problems, at, settings, caplog
    ):
        settings.ALERT_WEBHOOK_URL = "http://127.0.0.1:9/robot/send?access_token=secret-token"
        problems.append(DISK)
        at(0)

        assert len(inbox) == 1
        assert "磁盘空间不足" in inbox[0].get_payload(decode=True).decode()
        assert "alerts cannot be told by webhook" in caplog.text
        assert "secret-token" not in caplog.text + AlertTurn.objects.get(name="webhook").problem

    def test_a_mail_server_that_is_mute_is_a_failure(self, settings, problems, at):
        problems.append(DISK)
        settings.ALERT_RECIPIENTS = ["boss@school.example"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_TIMEOUT = 0.2
        with socket.create_server(("127.0.0.1", 0)) as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
            at(0)

        assert AlertTurn.objects.get(name="mail").failures == 1
        assert AlertNotice.objects.get().delivered_at is None

    def test_what_opened_and_ended_meanwhile_is_one_message(self, robot, problems, at):
        robot.answers = [(500, b"")] * 3
        problems.append(DISK)
        at(0)
        problems.clear()
        for minute in range(1, 20):
            at(minute)

        (text,) = robot.texts
        assert text.count("【告警】") == text.count("【已恢复】") == 1


@pytest.mark.django_db(transaction=True)
def test_of_processes_that_see_the_same_at_once_one_opens_it(settings):
    settings.ALERT_RECIPIENTS = ["boss@school.example"]
    barrier, errors = threading.Barrier(6), []

    def see() -> None:
        try:
            barrier.wait()
            alerts.report(DISK, source="test")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=see) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Alert.objects.get().count == 6
    assert AlertNotice.objects.count() == 1


class TestDatabaseAway:
    @pytest.fixture
    def watchers(self, robot, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        return [rounds.DatabaseWatcher() for _ in range(3)]

    def test_it_is_told_once_by_all_processes_and_when_it_is_back(self, watchers, robot):
        for _ in range(10):
            for watcher in watchers:
                watcher.saw(answers=False)
        assert [text.partition("\n")[0] for text in robot.texts] == [
            f"[Luffy 学堂] {rounds.DATABASE_AWAY[0]}"
        ]

        for _ in range(2):
            for watcher in watchers:
                watcher.saw(answers=True)
        assert [text.partition("\n")[0] for text in robot.texts[1:]] == [
            f"[Luffy 学堂] {rounds.DATABASE_BACK[0]}"
        ]

    def test_a_short_restart_is_not_told(self, watchers, robot):
        for answers in (False, False, True, False, False, True):
            watchers[0].saw(answers=answers)

        assert robot.texts == []


class TestBackOffice:
    @pytest.mark.parametrize("role", ["运营", "财务"])
    def test_staff_see_open_alerts_and_change_none(self, client, role):
        alerts.report(DISK, source="test")
        alerts.report(Problem("old", "早已恢复", ""), source="test")
        alerts.resolve("old")
        client.force_login(staff(role))
        page = reverse("admin:monitoring_alert_changelist")

        shown = client.get(page).content.decode()
        everything = client.get(page, {"state": "all"}).content.decode()

        assert "磁盘空间不足" in shown
        assert "早已恢复" not in shown
        assert "早已恢复" in everything
        change = reverse("admin:monitoring_alert_change", args=[Alert.objects.first().pk])
        assert client.get(change).status_code == 200
        assert client.post(change, {"title": "x"}).status_code == 403

    def test_the_menu_says_how_many_are_open(self, admin_client):
        alerts.report(DISK, source="test")

        shown = "告警（1）".encode("unicode-escape").decode()
        assert shown in admin_client.get("/admin/").content.decode()


class TestChecks:
    def ids(self) -> set[str]:
        found = run_checks(tags=["alerts"], include_deployment_checks=True)
        return {message.id for message in found}

    def test_a_shop_that_tells_nobody_is_warned(self):
        assert self.ids() == {"monitoring.W001"}

    def test_a_robot_without_tls_is_warned_of(self, robot):
        assert self.ids() == {"monitoring.W002"}

    def test_mail_is_enough(self, settings):
        settings.ALERT_RECIPIENTS = ["boss@school.example"]

        assert self.ids() == set()
