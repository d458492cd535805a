"""Alerts: to the log always, by mail where it is configured, and never in the way."""

import logging
import socket

import pytest

from luffy_api.common.alerts import send_alert
from luffy_api.tests.test_settings import DEV, refusal, run

__all__ = ["refusal", "run"]

SHOW = "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL"


def test_an_alert_is_logged_and_mailed(settings, mailoutbox, caplog):
    settings.ALERT_RECIPIENTS = ["finance@school.example", "boss@school.example"]

    send_alert("支付宝对账有 2 处差异", "请到后台查看")

    (mail,) = mailoutbox
    assert mail.to == settings.ALERT_RECIPIENTS
    assert (mail.subject, mail.body) == ("[Luffy] 支付宝对账有 2 处差异", "请到后台查看")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_without_an_address_it_is_logged_only(settings, mailoutbox, caplog):
    settings.ALERT_RECIPIENTS = []

    send_alert("对账", "有差异")

    assert mailoutbox == []
    assert "有差异" in caplog.text


@pytest.mark.parametrize("greeting", [b"", b"554 go away\r\n"], ids=["mute", "refusing"])
def test_a_mail_server_that_fails_stops_nothing(settings, caplog, greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.2
        settings.ALERT_RECIPIENTS = ["finance@school.example"]
        if greeting:
            server.close()

        send_alert("对账", "有差异")

    assert "could not be mailed" in caplog.text


def test_a_line_break_in_a_subject_is_not_mailed_and_not_raised(settings, mailoutbox):
    settings.ALERT_RECIPIENTS = ["finance@school.example"]

    send_alert("对账\nBcc: everyone@example.com", "有差异")

    assert mailoutbox == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "smtp+ssl://bot%40school.example:p%40ss@smtp.example:465",
            "smtp.example 465 True False bot@school.example",
        ),
        ("smtp+ssl://bot:p@smtp.example", "smtp.example 465 True False me@school.example"),
        # What people write for port 465, whatever the scheme is said to mean.
        ("smtps://bot:p@smtp.example:465", "smtp.example 465 True False me@school.example"),
        ("smtp+tls://bot:p@smtp.example", "smtp.example 587 False True me@school.example"),
        ("smtp://localhost", "localhost 25 False False me@school.example"),
    ],
)
def test_a_mail_server_is_given_by_an_address(run, url, shown):
    env = {**DEV, "EMAIL_URL": url, "ALERT_EMAIL": "me@school.example"}

    assert run(env, SHOW) == (0, shown)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL"),
        ({"EMAIL_URL": "pigeon://user:secret@mail.example"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user:secret@mail.example:port"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL"),
        ({"ALERT_EMAIL": "me@school.example"}, "ALERT_EMAIL needs EMAIL_URL"),
        ({"EMAIL_URL": "smtp://localhost", "ALERT_EMAIL": "nobody"}, "ALERT_EMAIL"),
    ],
)
def test_a_wrong_address_is_refused_by_a_sentence_without_the_password(refusal, env, named):
    sentence = refusal({**DEV, **env})

    assert named in sentence
    assert "secret" not in sentence
