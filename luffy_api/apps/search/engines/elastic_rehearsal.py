"""Fewer requests: what a search may want to know next goes along with what it must know now.

A search wants to know one thing after the other, and each answer decides what comes next. When one
is missing, the search is run once more as a rehearsal: with the answers that are there, and as if
all that is not known yet found nothing, which leads furthest. What the rehearsal wanted to know
goes to the server in the same request. So a search takes as many requests as answers depend on one
another, not as many as it has questions.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from luffy_api.apps.search.exceptions import BackendError

Value = TypeVar("Value")
Body = dict[str, Any]
Hit = dict[str, Any]
# The hits of a query, or why there are none.
Answer = Sequence[Hit] | BackendError

# Questions of one request, those that are likeliest to be needed.
MAX_TOGETHER = 8


@dataclass(frozen=True)
class Question(Generic[Value]):
    """Queries whose hits make a value together; no hits make the one that stands for nothing.

    `suffices` says that a search which begins with this question seldom has another one.
    """

    key: Hashable
    bodies: Callable[[], Sequence[Body]]
    read: Callable[[Iterable[Hit]], Value]
    suffices: bool = False


class _Enough(Exception):
    """The request of a rehearsal is full."""


class Rehearsal:
    """What one search knows, and how it learns more.

    `send` puts queries to the server in one request, `work` is the search: it must want to know the
    same things when it is given the same answers.
    """

    def __init__(
        self, send: Callable[[Sequence[Body]], Sequence[Answer]], work: Callable[[], object]
    ) -> None:
        self._send = send
        self._work = work
        self._known: dict[Hashable, Any] = {}
        self._noted: dict[Hashable, Question[Any]] | None = None

    @property
    def is_running(self) -> bool:
        """Whether answers may be suppositions now."""
        return self._noted is not None

    def answer(self, question: Question[Value]) -> Value:
        """The value of a question. Raises BackendError."""
        if question.key not in self._known:
            if self._noted is not None:
                self._note(question)
                return question.read(())
            self._learn(question)
        value: Value = self._known[question.key]
        return value

    def _note(self, question: Question[Any]) -> None:
        assert self._noted is not None
        self._noted[question.key] = question
        if len(self._noted) >= MAX_TOGETHER:
            raise _Enough

    def _learn(self, question: Question[Any]) -> None:
        """Ask for one value, and for those that may be wanted next."""
        wanted = {question.key: question}
        if self._known or not question.suffices:
            wanted |= self._foresee()
        bodies = {key: each.bodies() for key, each in wanted.items()}
        answers = iter(self._send([body for those in bodies.values() for body in those]))
        for key, each in wanted.items():
            own = [next(answers) for _ in bodies[key]]
            if error := next((a for a in own if isinstance(a, BackendError)), None):
                if each is question:
                    raise error
                # Nobody may ever want to know it.
                continue
            self._known[key] = each.read(hit for hits in own for hit in hits)  # type: ignore[union-attr]

    def _foresee(self) -> dict[Hashable, Question[Any]]:
        noted = self._noted = {}
        try:
            self._work()
        except _Enough:
            pass
        finally:
            self._noted = None
        return noted
