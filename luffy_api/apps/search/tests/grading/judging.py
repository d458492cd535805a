"""Relevance judgements and the metrics of an engine's answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from luffy_api.apps.search.normalization import normalize

SHOWN = 10


@dataclass(frozen=True)
class Judged:
    """A query with the ids a student would call right, and perhaps the right correction.

    `tolerable` ones are no mistake behind the relevant ones. `first` holds the ids of which one
    must lead. `correction` is what must be searched instead, or offered; such a query is graded by
    what students see then. Any other correction is a wrong one.
    """

    text: str
    relevant: frozenset[int] = frozenset()
    tolerable: frozenset[int] = frozenset()
    first: frozenset[int] = frozenset()
    correction: str | None = None


@dataclass(frozen=True)
class Answer:
    """What an engine made of a query; ids, the best first."""

    ids: Sequence[int]
    corrected_to: str | None = None
    did_you_mean: str | None = None

    @property
    def correction(self) -> str | None:
        """What was searched instead, or is offered."""
        return self.corrected_to or self.did_you_mean


@dataclass
class Report:
    """Figures between 0 and 1, and a line for each answer that fell short."""

    precision: float = 1.0
    exact_first: float = 1.0
    corrected: float = 1.0
    silent: float = 0.0
    wrong: float = 0.0
    failures: list[str] = field(default_factory=list)


def grade(queries: Iterable[Judged], ask: Callable[[str], Answer]) -> Report:
    """P@10 over all queries but exact names, those in their place, corrections made.

    `silent` is how often nothing is found where something is meant, `wrong` how often another word
    is searched that is not meant.
    """
    report = Report()
    precisions, firsts, corrections = list[float](), list[bool](), list[bool]()
    silent, wrong = list[bool](), list[bool]()
    for query in queries:
        answer = ask(query.text)
        if query.correction:
            corrections.append(_same(answer.correction, query.correction))
            _record(report, query, corrections[-1], f"did you mean {answer.correction!r}")
            answer = ask(answer.did_you_mean) if answer.did_you_mean else answer
        said = answer.corrected_to
        wrong.append(said is not None and not _same(said, query.correction or ""))
        silent.append(bool(query.relevant or query.first) and not answer.ids)
        _record(report, query, not wrong[-1], f"was read as {said!r}")
        if query.first:
            firsts.append(bool(answer.ids) and answer.ids[0] in query.first)
            _record(report, query, firsts[-1], f"begins with {answer.ids[:1]}")
        else:
            precisions.append(precision(query, answer.ids))
            _record(report, query, precisions[-1] == 1, f"P@10 {precisions[-1]:.2f}")
    report.precision = _mean(precisions)
    report.exact_first = _mean(firsts)
    report.corrected = _mean(corrections)
    report.silent = sum(silent) / max(1, len(silent))
    report.wrong = sum(wrong) / max(1, len(wrong))
    return report


def precision(query: Judged, ids: Sequence[int]) -> float:
    """How much of the first ten is right.

    Wrong ones count against it, and so do relevant ones that are missing or stand behind a
    tolerable one. Nothing shown is right where nothing is relevant.
    """
    shown = ids[:SHOWN]
    wanted = min(SHOWN, len(query.relevant))
    if not shown and not wanted:
        return 1.0
    right = sum(
        pk in query.relevant or (place >= wanted and pk in query.tolerable)
        for place, pk in enumerate(shown)
    )
    return right / max(len(shown), wanted)


def _same(said: str | None, expected: str) -> bool:
    return said is not None and plain(said) == plain(expected)


def plain(text: str) -> str:
    """A text without case, width and spaces."""
    return "".join(normalize(text).split())


def _record(report: Report, query: Judged, good: bool, what: str) -> None:
    if not good:
        report.failures.append(f"{query.text}: {what}")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0
