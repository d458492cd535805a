"""The settings of mail and robots: by an address each, and a sentence for a wrong one."""

import pytest

from luffy_api.tests.loaded_settings import DEV, refusal, run

__all__ = ["refusal", "run"]

SHOW = "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=secret"


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
        ({"ALERT_WEBHOOK_URL": "oapi.dingtalk.com/robot?token=secret"}, "ALERT_WEBHOOK_URL"),
        ({"ALERT_WEBHOOK_URL": "https://[bad/secret"}, "ALERT_WEBHOOK_URL"),
        ({"ALERT_WEBHOOK_URL": "https://chat.example/secret"}, "ALERT_WEBHOOK_KIND"),
        (
            {"ALERT_WEBHOOK_URL": "https://chat.example/secret", "ALERT_WEBHOOK_KIND": "slack"},
            "ALERT_WEBHOOK_KIND",
        ),
        (
            {
                "ALERT_WEBHOOK_URL": "https://qyapi.weixin.qq.com/x?key=secret",
                "ALERT_WEBHOOK_SECRET": "secret",
            },
            "ALERT_WEBHOOK_SECRET",
        ),
    ],
)
def test_a_wrong_address_is_refused_by_a_sentence_without_the_password(refusal, env, named):
    sentence = refusal({**DEV, **env})

    assert named in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({}, ""),
        ({"ALERT_WEBHOOK_URL": DINGTALK}, "dingtalk"),
        # A relay of the school.
        (
            {"ALERT_WEBHOOK_URL": "https://relay.example/hook", "ALERT_WEBHOOK_KIND": "feishu"},
            "feishu",
        ),
    ],
)
def test_the_kind_of_a_robot_is_known_by_its_host_or_given(run, env, kind):
    assert run({**DEV, **env}, "[s.ALERT_WEBHOOK_KIND]") == (0, str([kind]))
