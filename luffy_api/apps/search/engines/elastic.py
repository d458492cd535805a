"""Elasticsearch or OpenSearch: an alias, and behind it one index per build."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, TypeVar

import orjson
from ulid import ULID

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines import elastic_queries as queries
from luffy_api.apps.search.engines.base import (
    FORMAT,
    Build,
    Completion,
    Document,
    EngineQuery,
    Hits,
    SearchBackend,
    WordsByKey,
    count_words,
)
from luffy_api.apps.search.engines.elastic_client import Cluster
from luffy_api.apps.search.engines.elastic_rehearsal import Hit, Question, Rehearsal
from luffy_api.apps.search.exceptions import BackendError, BackendUnavailable, IndexUnusable
from luffy_api.apps.search.tokenizer import Phrase

Result = TypeVar("Result")
Value = TypeVar("Value")

# For so long the dictionary and the format of the index in use are cached.
_METADATA_CACHE_SECONDS = 5.0
_BULK_LINES = 2000


class ElasticBackend(SearchBackend):
    """The index behind the alias that SEARCH_URL names."""

    name = "elasticsearch"

    def __init__(self, url: str) -> None:
        self._cluster = Cluster(url)
        self.address = f"{self._cluster.address}/{self._cluster.name}"
        self._dictionary: tuple[str, ...] = ()
        self._read_at = -_METADATA_CACHE_SECONDS
        self._local = threading.local()

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """See SearchBackend."""
        return self._cluster.within(seconds)

    def answer(self, work: Callable[[SearchBackend], Result], *, seconds: float) -> Result:
        """See SearchBackend."""
        with self.within(seconds):
            self._local.rehearsal = Rehearsal(self._cluster.search, lambda: work(self))
            try:
                return work(self)
            finally:
                self._local.rehearsal = None

    @property
    def supposes(self) -> bool:
        """See SearchBackend."""
        rehearsal = self._rehearsal
        return rehearsal is not None and rehearsal.is_running

    @property
    def _rehearsal(self) -> Rehearsal | None:
        """That of the search which this thread answers."""
        rehearsal: Rehearsal | None = getattr(self._local, "rehearsal", None)
        return rehearsal

    def _value(self, question: Question[Value]) -> Value:
        rehearsal = self._rehearsal or Rehearsal(self._cluster.search, lambda: None)
        return rehearsal.answer(question)

    def match(self, query: EngineQuery) -> Hits:
        """See SearchBackend."""
        return self._value(Question(query, lambda: [queries.match(query)], _read_hits, True))

    def suggest(self, phrases: Sequence[Phrase], begun: Phrase, *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        key = ("suggest", *phrases, begun, limit)
        bodies = partial(queries.suggest, phrases, begun, limit=limit)
        return [*self._value(Question(key, bodies, _read_completions))]

    def named(self, phrases: Sequence[Phrase], *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        bodies = partial(queries.named, phrases, limit=limit)
        return [*self._value(Question(("named", *phrases, limit), bodies, _read_completions))]

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """See SearchBackend."""
        wanted = frozenset(keys)
        return self._value(
            Question(
                wanted,
                lambda: [queries.words_by_key(sorted(wanted))],
                partial(_read_words, wanted),
            )
        )

    def dictionary(self) -> tuple[str, ...]:
        """See SearchBackend."""
        if time.monotonic() - self._read_at > _METADATA_CACHE_SECONDS:
            with self._cluster.reading() as client:
                answer = client.indices.get_mapping(index=self._cluster.name)
                meta = next(iter(answer.values()))["mappings"].get("_meta", {})
            if meta.get("format") != FORMAT:
                raise IndexUnusable(f"the index has format {meta.get('format')}, not {FORMAT}")
            self._dictionary = tuple(meta["dictionary"])
            self._read_at = time.monotonic()
        return self._dictionary

    def index(self, documents: Sequence[Document]) -> None:
        """See SearchBackend."""
        if documents:
            self.dictionary()
            # A word that is there already keeps its number of courses until the next build.
            words = [
                line
                for word, count in count_words(documents).items()
                for line in _word_lines("create", word, count)
            ]
            lines = [*_course_lines(documents), *words]
            _bulk(self._cluster, self._cluster.name, lines, refresh=True)

    def delete(self, ids: Sequence[int]) -> None:
        """See SearchBackend."""
        if ids:
            self.dictionary()
            lines = [{"delete": {"_id": f"c{pk}"}} for pk in ids]
            _bulk(self._cluster, self._cluster.name, lines, refresh=True)

    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """See SearchBackend."""
        self._read_at = -_METADATA_CACHE_SECONDS
        self.dictionary()
        with self._cluster.writing() as client:
            body = queries.fingerprints(after=after, limit=limit)
            answer = client.search(index=self._cluster.name, body=body)
            sources = [hit["_source"] for hit in _hits(answer)]
            return [(source["id"], source["fingerprint"]) for source in sources]

    def begin_build(self, dictionary: Sequence[str]) -> Build:
        """See SearchBackend."""
        self._read_at = -_METADATA_CACHE_SECONDS
        return ElasticBuild(self._cluster, dictionary)


class ElasticBuild(Build):
    """An index to which the alias does not point yet."""

    def __init__(self, cluster: Cluster, dictionary: Sequence[str]) -> None:
        super().__init__(dictionary)
        self._cluster = cluster
        self._index: str | None = f"{cluster.name}-{str(ULID()).lower()}"
        self._words: Counter[str] = Counter()
        meta = {"format": FORMAT, "dictionary": list(dictionary)}
        with cluster.writing() as client:
            client.indices.create(
                index=self._index,
                mappings={**queries.MAPPING, "_meta": meta},
                settings={**queries.SETTINGS, "refresh_interval": "-1"},
            )

    def index(self, documents: Sequence[Document]) -> None:
        """See Build."""
        self._write(_course_lines(documents))
        self._words.update(count_words(documents))

    def delete(self, ids: Sequence[int]) -> None:
        """See Build."""
        self._write([{"delete": {"_id": f"c{pk}"}} for pk in ids])

    def finish(self) -> None:
        """See Build."""
        lines = [
            line
            for word, count in self._words.items()
            for line in _word_lines("index", word, count)
        ]
        for start in range(0, len(lines), _BULK_LINES):
            self._write(lines[start : start + _BULK_LINES])

    def swap(self) -> None:
        """See Build."""
        with self._cluster.writing() as client:
            client.indices.put_settings(index=self._index, settings={"refresh_interval": "1s"})
            client.indices.refresh(index=self._index)
            others = self._others(client)
            client.indices.update_aliases(actions=self._actions(client, others))
            self._index = None
            if others:
                client.indices.delete(index=",".join(others))

    def discard(self) -> None:
        """See Build."""
        if self._index:
            with suppress(BackendError), self._cluster.writing() as client:
                client.indices.delete(index=self._index)
            self._index = None

    def _others(self, client: Any) -> dict[str, bool]:
        """Earlier and aborted builds by name, and whether the alias points to them.

        Closed ones as well: with one of them behind the alias every search is refused. An index
        whose name has another form belongs to somebody else.
        """
        alias = self._cluster.name
        name = re.compile(re.escape(alias) + "-[0-9a-z]{26}")
        indices = client.indices.get(index=f"{alias}-*", expand_wildcards="all")
        return {
            index: alias in about["aliases"]
            for index, about in indices.items()
            if name.fullmatch(index) and index != self._index
        }

    def _actions(self, client: Any, others: dict[str, bool]) -> list[dict[str, Any]]:
        """Actions that move the alias atomically; an index that has the alias's name is removed."""
        alias = self._cluster.name
        aliased = {index for index, has_it in others.items() if has_it}
        if client.indices.exists_alias(name=alias):
            aliased |= set(client.indices.get_alias(name=alias))
        elif client.indices.exists(index=alias):
            return [{"remove_index": {"index": alias}}, self._add(alias)]
        return [{"remove": {"index": i, "alias": alias}} for i in sorted(aliased)] + [
            self._add(alias)
        ]

    def _add(self, alias: str) -> dict[str, Any]:
        return {"add": {"index": self._index, "alias": alias}}

    def _write(self, lines: list[dict[str, Any]]) -> None:
        assert self._index
        if lines:
            _bulk(self._cluster, self._index, lines, refresh=False)


def _course_lines(documents: Sequence[Document]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for document in documents:
        fields = {"type": "course", **document._asdict()}
        lines += [{"index": {"_id": f"c{document.id}"}}, fields]
    return lines


def _word_lines(action: str, word: str, courses: int) -> list[dict[str, Any]]:
    keys = sorted(spelling.index_keys(word))
    return [
        {action: {"_id": f"w{word}"}},
        {"type": "word", "word": word, "keys": keys, "courses": courses},
    ]


def _bulk(cluster: Cluster, index: str, lines: list[dict[str, Any]], *, refresh: bool) -> None:
    # The client's own JSON takes several times as long.
    operations: list[Any] = [orjson.dumps(line) for line in lines]
    with cluster.writing() as client:
        answer = client.bulk(index=index, operations=operations, refresh=refresh)
    # 404: the document is gone already; 409: the word exists already.
    refused = [
        result
        for item in answer["items"]
        for result in item.values()
        if result["status"] >= 300 and result["status"] not in (404, 409)
    ]
    if refused:
        raise BackendUnavailable(f"{len(refused)} of {len(answer['items'])} writes were refused")


def _read_hits(hits: Iterable[Hit]) -> Hits:
    """Of each hit its values in the order: its score and its id."""
    found = [hit["sort"] for hit in hits]
    in_name = sum(score >= queries.NAME_SCORE for score, _ in found)
    return Hits([pk for _, pk in found], in_name)


def _read_completions(hits: Iterable[Hit]) -> list[Completion]:
    sources = (hit["_source"] for hit in hits)
    found = (Completion(each.get("name", each.get("word")), each.get("id")) for each in sources)
    return list(dict.fromkeys(found))


def _read_words(wanted: frozenset[str], hits: Iterable[Hit]) -> WordsByKey:
    words: WordsByKey = {}
    for source in (hit["_source"] for hit in hits):
        for key in wanted.intersection(source["keys"]):
            words.setdefault(key, []).append((source["word"], source["courses"]))
    return words


def _hits(answer: Any) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = answer["hits"]["hits"]
    return hits
