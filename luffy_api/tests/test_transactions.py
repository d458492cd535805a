"""retry_deadlocks retries deadlocks and nothing else."""

import pytest
from django.db import IntegrityError, OperationalError, transaction

from luffy_api.common.transactions import ATTEMPTS, retry_deadlocks


def failing(times: int, error: Exception):
    """A transaction that fails so often, and the list of its attempts."""
    attempts = []

    @retry_deadlocks
    @transaction.atomic
    def act() -> str:
        attempts.append(1)
        if len(attempts) <= times:
            raise error
        return "done"

    return act, attempts


@pytest.mark.django_db(transaction=True)
def test_a_deadlocked_transaction_runs_again():
    act, attempts = failing(2, OperationalError(1213, "Deadlock found"))

    assert act() == "done"
    assert len(attempts) == 3


@pytest.mark.django_db(transaction=True)
def test_it_is_not_tried_for_ever():
    act, attempts = failing(99, OperationalError(1213, "Deadlock found"))

    with pytest.raises(OperationalError):
        act()
    assert len(attempts) == ATTEMPTS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "error", [OperationalError(2006, "gone"), OperationalError("locked"), IntegrityError(1213)]
)
def test_other_errors_are_raised_at_once(error):
    act, attempts = failing(1, error)

    with pytest.raises(type(error)):
        act()
    assert len(attempts) == 1


@pytest.mark.django_db(transaction=True)
def test_inside_a_larger_transaction_nothing_is_repeated():
    act, attempts = failing(1, OperationalError(1213, "Deadlock found"))

    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(attempts) == 1
