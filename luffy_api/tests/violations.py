"""Whether rows contradict each other, asked at the end of many tests."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from luffy_api.apps.order import integrity
from luffy_api.tests.written import tables_in

# SQL with its parameters.
Question = tuple[str, tuple[Any, ...]]
# Stands for a parameter that says what time it is.
NOW = object()
DATE = re.compile(r"\d{4}-\d\d-\d\d")


class AskedBefore:
    """The rules of `integrity`, whose queries take ten times as long to compile as to run.

    A rule whose queries find no row has nothing to say. Its queries are kept and sent as they are
    the next time, at that time, with those of all other rules in one statement; when one of them
    finds a row, the rule itself is asked. So is, each time, a rule that asks for another moment or
    day than now.
    """

    def __init__(self) -> None:
        self._kept: dict[str, list[Question]] = {}
        self._tables: dict[str, frozenset[str]] = {}
        self._of_now: set[str] = set()  # the rules that ask what time it is

    def violations(
        self, written: Collection[str] | None = None, *, later: bool = True
    ) -> list[integrity.Violation]:
        """What `integrity.run_checks` finds.

        With `written`, nothing was found before these tables were written: only of the rules that
        read one of them is something to be found, and `later` of those that look at the time.
        """
        asked = [rule for rule in integrity.RULES if self._may_find(rule, written, later)]
        kept = [self._kept[rule] for rule in asked if rule in self._kept]
        anything = _any_row([question for questions in kept for question in questions])
        found = []
        for rule in asked:
            if rule not in self._kept or (anything and _any_row(self._kept[rule])):
                rows = self._ask(rule, integrity.RULES[rule])
                found += [integrity.Violation(rule, row) for row in rows]
        return found

    def _may_find(self, rule: str, written: Collection[str] | None, later: bool) -> bool:
        if written is None or rule not in self._tables or (later and rule in self._of_now):
            return True
        return not self._tables[rule].isdisjoint(written)

    def _ask(self, rule: str, rows: Callable[[], Iterator[str]]) -> list[str]:
        violated, questions = _overheard(rows)
        params = [each for _, own in questions for each in own]
        dated = any(DATE.match(str(each)) for each in params)
        self._tables[rule] = frozenset[str]().union(*(tables_in(sql) for sql, _ in questions))
        if dated or NOW in params:
            self._of_now.add(rule)
        if rule not in self._kept and not dated and not _any_row(questions):
            self._kept[rule] = questions
        return violated


def _overheard(rows: Callable[[], Iterator[str]]) -> tuple[list[str], list[Question]]:
    questions: list[Question] = []
    began = _now()

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        ended = _now()
        is_now = [began <= str(each) <= ended for each in params]
        marked = (NOW if now else each for now, each in zip(is_now, params, strict=True))
        questions.append((sql, tuple(marked)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        return list(rows()), questions


def _now() -> str:
    """As a parameter."""
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))


def _any_row(questions: list[Question]) -> bool:
    """Asked in one statement: to send each by itself took MariaDB's tests ten times as long."""
    if not questions:
        return False
    sql = " OR ".join(f"EXISTS ({each})" for each, _ in questions)
    params = [_now() if each is NOW else each for _, own in questions for each in own]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return bool(cursor.fetchone()[0])


violations = AskedBefore().violations


@pytest.fixture
def no_violations(db: None) -> Iterator[None]:
    """At the end of the test no rule between rows is broken."""
    yield
    assert violations() == []
