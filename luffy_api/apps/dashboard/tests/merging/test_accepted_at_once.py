"""An answer is accepted while its author's account is merged or closed, or the answer hidden."""

from functools import partial

import pytest
from django.db import connection

from luffy_api.apps.community import answers, integrity, moderation
from luffy_api.apps.community.models import Answer, PostState
from luffy_api.apps.dashboard.tests.merging.accounts import merge
from luffy_api.apps.inbox import cleanup
from luffy_api.apps.inbox.models import Delivery, Kind
from luffy_api.apps.user import account_deletion
from luffy_api.tests.factories import AnswerFactory, EnrollmentFactory
from luffy_api.tests.people import staff
from luffy_api.tests.processes.clients import in_threads
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(6)


def accepting(answer):
    """As its asker does."""
    asker = answer.question.user_id
    return partial(answers.accept, user_id=asker, answer_id=answer.pk, accepted=True)


def told():
    return list(Delivery.objects.filter(kind=Kind.ANSWER_ACCEPTED).values_list("user", flat=True))


def contradictions():
    return [row for rule in integrity.RULES.values() for row in rule()]


def test_whoever_is_merged_at_the_same_moment_is_told_once(admin):
    for _ in ROUNDS:
        Delivery.objects.all().delete()
        answer = AnswerFactory()
        kept, other = EnrollmentFactory(course=answer.question.course).user, answer.user

        ends = at_once(accepting(answer), partial(merge, kept, other, admin))

        assert ends == ["done", "done"]
        assert told() == [kept.pk]
        answer.refresh_from_db()
        assert (answer.user_id, answer.accepted_for_id) == (kept.pk, answer.question_id)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_a_merge_after_the_answer_was_read_tells_the_account_that_is_left(admin, monkeypatch):
    answer, set_accepted = AnswerFactory(), answers.set_accepted
    kept = EnrollmentFactory(course=answer.question.course).user

    def merged_before(*seen, **by):
        in_threads(lambda _: merge(kept, answer.user, admin), 1)
        return set_accepted(*seen, **by)

    monkeypatch.setattr(answers, "set_accepted", merged_before)
    accepting(answer)()

    assert told() == [kept.pk]


def test_whoever_is_closed_at_the_same_moment_keeps_nothing():
    for _ in ROUNDS:
        answer = AnswerFactory()

        ends = at_once(accepting(answer), partial(account_deletion.close, answer.user_id))
        cleanup.delete_of_closed_accounts()

        assert ends in (["done", "done"], ["AnswerNotFound", "done"])
        assert told() == []
        assert not Answer.objects.exists()
        assert contradictions() == []


def test_what_is_hidden_at_the_same_moment_is_not_accepted_in_the_end():
    for _ in ROUNDS:
        Delivery.objects.all().delete()
        answer, by = AnswerFactory(), staff().pk
        hide = partial(moderation.hide_answer, answer_id=answer.pk, reason="广告", staff_id=by)

        ends = at_once(accepting(answer), hide)

        answer.refresh_from_db()
        assert (answer.state, answer.accepted_for_id) == (PostState.HIDDEN, None)
        assert ends in (["done", "done"], ["AnswerNotFound", "done"])
        assert len(told()) == (ends[0] == "done")
        assert contradictions() == []
