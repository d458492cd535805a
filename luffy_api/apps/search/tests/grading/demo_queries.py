"""Judged queries over the demo catalogue, each decided by reading its texts.

Courses go by the short names of demo_queries.json: what a student would call right, and after a
"|" what is no mistake behind that. Those of unseen_queries.json were written down, by kind, before
their author had read the code of search or seen an answer of it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from luffy_api.apps.search.tests.grading.judging import Judged

_FOLDER = Path(__file__).parent
_JUDGEMENTS: dict[str, Any] = json.loads((_FOLDER / "demo_queries.json").read_text("utf-8"))
_UNSEEN: dict[str, Any] = json.loads((_FOLDER / "unseen_queries.json").read_text("utf-8"))
COURSES: dict[str, str] = _JUDGEMENTS["courses"]
HIDDEN: list[str] = _JUDGEMENTS["hidden"]


def judged(ids: Mapping[str, int]) -> list[Judged]:
    """Every query, for courses whose ids go by their full names."""
    return [*_found(ids), *_corrected(ids), *_exact_names(ids), *_nonsense()]


def unseen(ids: Mapping[str, int]) -> list[Judged]:
    """The queries of somebody who has not read the code, for courses by their full names."""
    found = [_judged(*each, ids) for kind in _UNSEEN["found"].values() for each in kind.items()]
    corrected = [
        _judged(text, names, ids, correction)
        for kind in _UNSEEN["corrected"].values()
        for text, (correction, names) in kind.items()
    ]
    return [*found, *corrected]


def texts() -> list[str]:
    """What is typed in every query."""
    return [query.text for query in judged(dict.fromkeys(COURSES.values(), 0))]


def suggested() -> dict[str, str]:
    """What was typed, and the word that one of the completions must contain."""
    return dict(_JUDGEMENTS["suggested"])


def _found(ids: Mapping[str, int]) -> Iterator[Judged]:
    for text, names in _JUDGEMENTS["found"].items():
        yield _judged(text, names, ids)


def _corrected(ids: Mapping[str, int]) -> Iterator[Judged]:
    for text, (correction, names) in _JUDGEMENTS["corrected"].items():
        yield _judged(text, names, ids, correction)


def _exact_names(ids: Mapping[str, int]) -> Iterator[Judged]:
    for short, name in COURSES.items():
        if short not in HIDDEN:
            yield Judged(name, first=frozenset({ids[name]}))


def _nonsense() -> Iterator[Judged]:
    return (Judged(text) for text in _JUDGEMENTS["nonsense"])


def _judged(text: str, names: str, ids: Mapping[str, int], correction: str | None = None) -> Judged:
    relevant, _, tolerable = names.partition("|")
    return Judged(text, _ids(relevant, ids), _ids(tolerable, ids), correction=correction)


def _ids(names: str, ids: Mapping[str, int]) -> frozenset[int]:
    return frozenset(ids[COURSES[name]] for name in names.split())
