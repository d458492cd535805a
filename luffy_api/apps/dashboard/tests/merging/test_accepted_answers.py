"""Who is told that an answer was accepted, when its author has two accounts that become one."""

import pytest

from luffy_api.apps.community import answers
from luffy_api.apps.dashboard import merging
from luffy_api.apps.inbox.models import Delivery, Kind
from luffy_api.tests.factories import AnswerFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db


def accept(answer):
    asker = answer.question.user_id
    answers.accept(user_id=asker, answer_id=answer.pk, accepted=True)


def merge(kept, other):
    merging.merge(kept_id=kept.pk, other_id=other.pk, staff_id=staff().pk, reason="同一人")


def told():
    rows = Delivery.objects.filter(kind=Kind.ANSWER_ACCEPTED).order_by("pk")
    return list(rows.values_list("user_id", flat=True))


def test_the_account_that_is_left_has_what_was_told_and_is_told_what_comes():
    first, kept = AnswerFactory(), UserFactory()
    second = AnswerFactory(user=first.user, question=first.question)
    accept(first)

    merge(kept, first.user)
    accept(second)
    accept(first)

    assert told() == [kept.pk, kept.pk]


def test_who_is_the_asker_by_now_accepts_an_answer_of_their_own():
    answer = AnswerFactory()

    merge(answer.question.user, answer.user)
    accept(answer)

    assert told() == []
