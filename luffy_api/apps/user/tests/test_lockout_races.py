"""Many guesses at the same moment."""

from contextlib import contextmanager
from threading import Barrier

import pytest
from rest_framework.test import APIClient

from luffy_api.apps.user import lockout
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.apps.user.tests.guessing import guess

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_the_same_moment_are_ten_at_most(student):
    statuses = run_concurrently(32, lambda n: guess(APIClient()).status_code)
    assert sorted(set(statuses)) == [400, 429]
    # Two that count at the same moment may both see the one too many; never fewer.
    assert 0 < statuses.count(400) <= 10


@pytest.mark.django_db(transaction=True)
def test_counting_after_the_password_would_let_more_pass(student, monkeypatch):
    # The control: what the usual order, look first and count afterwards, lets through.
    @contextmanager
    def afterwards(request, identity, captcha):
        lockout.require_not_locked(request, identity)
        try:
            yield
        except LoginFailed:
            lockout._record_attempt(request, identity)
            raise

    meeting = Barrier(16)
    require_not_locked = lockout.require_not_locked

    def together(request, identity):
        require_not_locked(request, identity)
        meeting.wait(timeout=30)

    monkeypatch.setattr(lockout, "require_not_locked", together)
    monkeypatch.setattr(lockout, "count_login", afterwards)
    monkeypatch.setattr("luffy_api.apps.user.services.log_in", _refuse)
    looked_at.clear()
    run_concurrently(16, lambda n: guess(APIClient()).status_code)
    assert len(looked_at) == 16


looked_at = []


def _refuse(**_):
    looked_at.append(1)
    raise LoginFailed
