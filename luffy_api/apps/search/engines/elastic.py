"""Elasticsearch or OpenSearch: an alias, and behind it one index per build."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from ulid import ULID

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines import elastic_queries as queries
from luffy_api.apps.search.engines.base import (
    FORMAT,
    Build,
    Candidates,
    Completion,
    Document,
    Hits,
    SearchBackend,
    Terms,
    words_of,
)
from luffy_api.apps.search.engines.elastic_client import Cluster
from luffy_api.apps.search.exceptions import BackendDown, BackendFault, IndexUnusable
from luffy_api.apps.search.words import Phrase

# Words and format of the index in use are asked again after so many seconds.
_REMEMBER_SECONDS = 5.0
_LINES = 2000


class ElasticBackend(SearchBackend):
    """The index behind the alias that SEARCH_URL names."""

    name = "elasticsearch"

    def __init__(self, url: str) -> None:
        self._cluster = Cluster(url)
        self.address = f"{self._cluster.address}/{self._cluster.name}"
        self._dictionary: tuple[str, ...] = ()
        self._checked = -_REMEMBER_SECONDS

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """See SearchBackend."""
        return self._cluster.within(seconds)

    def match(self, terms: Terms) -> Hits:
        """See SearchBackend."""
        wanted = "hits.hits._id,hits.hits._score,_shards"
        with self._cluster.asking() as client:
            answer = client.search(
                index=self._cluster.name,
                body=queries.match(terms),
                filter_path=wanted,
                allow_partial_search_results=False,
            )
            hits = answer.get("hits", {}).get("hits", [])
            ids = [int(hit["_id"][1:]) for hit in hits]
            return Hits(ids, sum(hit["_score"] >= queries.NAMED for hit in hits))

    def suggest(self, phrases: Sequence[Phrase], beginning: str, *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        found = []
        with self._cluster.asking() as client:
            bodies = queries.suggest(phrases, beginning, limit=limit)
            lines = [line for body in bodies for line in ({}, body)]
            answers = client.msearch(index=self._cluster.name, searches=lines)["responses"]
            for source in (hit["_source"] for answer in answers for hit in _hits(answer)):
                found.append(Completion(source.get("name", source.get("word")), source.get("id")))
        return list(dict.fromkeys(found))

    def candidates(self, keys: Iterable[str]) -> Candidates:
        """See SearchBackend."""
        wanted = set(keys)
        found: Candidates = {}
        with self._cluster.asking() as client:
            body = queries.candidates(sorted(wanted))
            answer = client.search(index=self._cluster.name, body=body)
            for source in (hit["_source"] for hit in _hits(answer)):
                for key in wanted.intersection(source["keys"]):
                    found.setdefault(key, []).append((source["word"], source["courses"]))
        return found

    def dictionary(self) -> tuple[str, ...]:
        """See SearchBackend."""
        if time.monotonic() - self._checked > _REMEMBER_SECONDS:
            with self._cluster.asking() as client:
                answer = client.indices.get_mapping(index=self._cluster.name)
                meta = next(iter(answer.values()))["mappings"].get("_meta", {})
            if meta.get("format") != FORMAT:
                raise IndexUnusable(f"the index has format {meta.get('format')}, not {FORMAT}")
            self._dictionary = tuple(meta["dictionary"])
            self._checked = time.monotonic()
        return self._dictionary

    def index(self, documents: Sequence[Document]) -> None:
        """See SearchBackend."""
        if documents:
            self.dictionary()
            # A word that is there already keeps its number of courses until the next build.
            words = [
                line for word, n in words_of(documents).items() for line in _word("create", word, n)
            ]
            _bulk(self._cluster, self._cluster.name, [*_courses(documents), *words], refresh=True)

    def delete(self, ids: Sequence[int]) -> None:
        """See SearchBackend."""
        if ids:
            self.dictionary()
            lines = [{"delete": {"_id": f"c{pk}"}} for pk in ids]
            _bulk(self._cluster, self._cluster.name, lines, refresh=True)

    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """See SearchBackend."""
        self._checked = -_REMEMBER_SECONDS
        self.dictionary()
        with self._cluster.writing() as client:
            body = queries.fingerprints(after=after, limit=limit)
            answer = client.search(index=self._cluster.name, body=body)
            sources = [hit["_source"] for hit in _hits(answer)]
            return [(source["id"], source["fingerprint"]) for source in sources]

    def begin_build(self, dictionary: Sequence[str]) -> Build:
        """See SearchBackend."""
        self._checked = -_REMEMBER_SECONDS
        return ElasticBuild(self._cluster, dictionary)


class ElasticBuild(Build):
    """An index that the alias does not point to yet."""

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
        self._write(_courses(documents))
        self._words += words_of(documents)

    def delete(self, ids: Sequence[int]) -> None:
        """See Build."""
        self._write([{"delete": {"_id": f"c{pk}"}} for pk in ids])

    def finish(self) -> None:
        """See Build."""
        lines = [line for word, n in self._words.items() for line in _word("index", word, n)]
        for start in range(0, len(lines), _LINES):
            self._write(lines[start : start + _LINES])

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
            with suppress(BackendFault), self._cluster.writing() as client:
                client.indices.delete(index=self._index)
            self._index = None

    def _others(self, client: Any) -> dict[str, bool]:
        """Earlier and broken-off builds, and whether the alias points to them.

        Closed ones as well: with one of them behind the alias every search is refused. An index
        with a name of another form is not ours.
        """
        alias = self._cluster.name
        name = re.compile(re.escape(alias) + "-[0-9a-z]{26}")
        found = client.indices.get(index=f"{alias}-*", expand_wildcards="all")
        return {
            index: alias in about["aliases"]
            for index, about in found.items()
            if name.fullmatch(index) and index != self._index
        }

    def _actions(self, client: Any, others: dict[str, bool]) -> list[dict[str, Any]]:
        """The alias moves in one step; an index that has its name, from wherever, goes."""
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


def _courses(documents: Sequence[Document]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for document in documents:
        fields = {name: getattr(document, name) for name in document.__slots__}
        lines += [{"index": {"_id": f"c{document.id}"}}, {"type": "course", **fields}]
    return lines


def _word(action: str, word: str, courses: int) -> list[dict[str, Any]]:
    keys = sorted(spelling.keys_of_word(word))
    return [
        {action: {"_id": f"w{word}"}},
        {"type": "word", "word": word, "keys": keys, "courses": courses},
    ]


def _bulk(cluster: Cluster, index: str, lines: list[dict[str, Any]], *, refresh: bool) -> None:
    with cluster.writing() as client:
        answer = client.bulk(index=index, operations=lines, refresh=refresh)
    # 404: deleted already; 409: the word is there already.
    refused = [
        result
        for item in answer["items"]
        for result in item.values()
        if result["status"] >= 300 and result["status"] not in (404, 409)
    ]
    if refused:
        raise BackendDown(f"{len(refused)} of {len(answer['items'])} writes were refused")


def _hits(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["hits"]["hits"]
    return found
