"""A player's report is answered by a short cut, which differs from the view in nothing but cost."""

import json

import pytest
from django.conf import settings as django_settings

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.learning import shortcuts
from luffy_api.apps.user import tokens
from luffy_api.common.rate_counters import LocalCounters
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.passed_on import ShortcutClient

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NAME = "luffy_api.common.shortcuts.ShortcutMiddleware"


class Player(ShortcutClient):
    """Reports over HTTP."""

    def __init__(self, monkeypatch, user, section_id):
        super().__init__(monkeypatch)
        self.token, self.section_id = tokens.issue(user), section_id

    def report(self, body, token=None, **headers):
        return self.client.put(
            f"/api/v1/course/section/{self.section_id}/progress/",
            body if isinstance(body, str) else json.dumps(body),
            content_type=headers.pop("content_type", "application/json"),
            headers={"Authorization": f"jwt {token or self.token.token}"},
            **headers,
        )


@pytest.fixture
def player(monkeypatch):
    """One whose first report, which all layers have answered, is over."""
    section = SectionFactory(duration=600)
    player = Player(monkeypatch, EnrollmentFactory(course=section.chapter.course).user, section.pk)
    player.first = player.report({"position": 0})
    return player


def test_the_short_cut_answers_as_the_view_does(player):
    second = player.report({"position": 0})

    assert (player.passed, second.status_code) == (1, 200)
    assert second.content == player.first.content
    own = {"X-Request-ID"}
    first = {name: value for name, value in player.first.items() if name not in own}
    assert first == {name: value for name, value in second.items() if name not in own}
    assert second.resolver_match.route == player.first.resolver_match.route


@pytest.mark.parametrize(
    "body",
    [
        *({"position": each} for each in (-1, 86401, 10**30, "abc", "", None, 1.5, [1], True)),
        {},
        [],
        "",
        "{",
        '{"position": NaN}',
        '{"position": 1e400}',
        "[" * 99,
    ],
)
def test_what_is_no_report_is_left_to_the_view(player, body):
    answer = player.report(body)

    assert (answer.status_code, player.passed) == (400, 2)


def test_what_the_view_takes_too_is_left_to_it(player):
    assert player.report({"position": "7"}).status_code == 200
    assert player.report({"position": 7}, content_type="text/plain").status_code == 415
    assert player.report('{"position": 7' + " " * 100 + "}").status_code == 200
    assert player.passed == 4


def test_a_right_that_ends_ends_at_once(player):
    enrolled = Enrollment.objects.get()
    enrollment.end_grants(source=EnrollmentGrant.Source.ORDER, reference="")

    answer = player.report({"position": 5})

    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert not Enrollment.objects.filter(pk=enrolled.pk).exists()


def test_tokens_are_those_of_every_endpoint(player):
    for token in ("x", "é", tokens.issue(UserFactory(is_active=False)).token):
        assert player.report({"position": 1}, token=token).status_code == 401
    tokens.revoke(tokens.verify(player.token.token))
    assert player.report({"position": 1}).status_code == 401


def test_a_student_without_the_course_is_refused(player):
    token = tokens.issue(UserFactory()).token

    assert player.report({"position": 1}, token=token).status_code == 403


@pytest.mark.parametrize("section_id", [0, 10**6, 10**17, 2**63, 10**30])
def test_an_unknown_section(player, section_id):
    player.section_id = section_id

    assert player.report({"position": 1}).status_code == 404


def test_it_counts_for_the_limit_of_the_account(player, settings, monkeypatch):
    monkeypatch.setattr(shortcuts, "UNCOUNTED", 2)
    monkeypatch.setattr(shortcuts, "_frequent", LocalCounters())
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "request": {"account": (3, 60)}}

    statuses = [player.report({"position": 1}).status_code for _ in range(5)]

    # Two that count for nothing, two beside the first of all, and one too many
    assert statuses == [200, 200, 200, 200, 429]


def test_a_foreign_host_and_a_plain_line_are_left_to_the_other_layers(player, settings):
    assert player.report({"position": 1}, HTTP_HOST="evil.example").status_code == 400
    settings.SECURE_SSL_REDIRECT = True
    assert player.report({"position": 1}).status_code == 200
    assert player.passed == 3


def test_nothing_that_limits_or_logs_stands_inside_of_it():
    inside = django_settings.MIDDLEWARE[django_settings.MIDDLEWARE.index(NAME) :]

    assert not [each for each in inside if "guid" in each or "Log" in each or "Limits" in each]
