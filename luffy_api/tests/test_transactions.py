"""retry_deadlocks retries what was undone and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
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
@pytest.mark.parametrize(
    "error",
    [OperationalError(1213, "Deadlock found"), OperationalError(1047, "WSREP has not …")],
)
def test_a_transaction_that_was_undone_runs_again(error):
    act, attempts = failing(2, error)

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
    "error",
    [
        OperationalError(2006, "gone"),
        OperationalError(1180, "Got error 6 during COMMIT"),
        OperationalError(1205, "Lock wait timeout exceeded"),
        OperationalError("locked"),
        IntegrityError(1213),
    ],
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


# A row of a model, which cannot be saved twice, is saved in the transaction of a page or of a
# service; the others are parts of a larger one, or of the development's gateways and samples.
NOT_REPEATED = ("models", "outbox", "demo", "alipay_sandbox", "wechatpay_sandbox", "tests")


def written_by_us() -> Iterator[Path]:
    for path in (settings.BASE_DIR / "luffy_api").rglob("*.py"):
        if not {*NOT_REPEATED, "migrations"} & {*path.parts, path.stem}:
            yield path


def not_repeated(source: str) -> list[int]:
    """The lines of transactions that are not below `retry_deadlocks`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With):
            lines += [each.context_expr.lineno for each in node.items if "atomic" in text(each)]
        if isinstance(node, ast.FunctionDef):
            names = [text(each) for each in node.decorator_list]
            atomic = [number for number, name in enumerate(names) if "atomic" in name]
            above = [names[number - 1] if number else "" for number in atomic]
            lines += [node.lineno for name in above if name != "retry_deadlocks"]
    return lines


def text(node: ast.AST) -> str:
    return ast.unparse(node)


def test_every_transaction_is_repeated_with_its_commit():
    found = {
        f"{path.name}:{line}" for path in written_by_us() for line in not_repeated(path.read_text())
    }

    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "@transaction.atomic\ndef act(): ...",
        "@transaction.atomic\n@retry_deadlocks\ndef act(): ...",
        "def act():\n    with transaction.atomic(): ...",
    ],
)
def test_control_one_that_is_not_is_found(source):
    assert not_repeated(source)
