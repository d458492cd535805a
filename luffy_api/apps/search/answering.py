"""What is made of a query: filters, all words, a correction, fewer words. See docs/search.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from luffy_api.apps.search import aliases, correction, database, understanding
from luffy_api.apps.search.fillers import FILLERS, side_by_side
from luffy_api.apps.search.query import Query, name_key, parse
from luffy_api.apps.search.sources import Source
from luffy_api.apps.search.tokenizer import Phrase, is_han, runs
from luffy_api.apps.search.understanding import Chip, Understood
from luffy_api.apps.search.visibility import SearchFilters

# With fewer hits, words are given up.
MIN_FOUND = 3
# So few hits, none of them in a name, may be accidental: a correction is looked for all the same.
_FEW_HITS = 2
# Searches with fewer and fewer words, at most; words that are given up one at a time.
_MAX_GIVEN_UP, _MAX_SINGLE = 5, 3


@dataclass(frozen=True)
class SearchResults:
    """The ids of all visible hits in order, and what was made of the query.

    `words` are what is highlighted: the chunks as typed, their tokens and other names. The first
    `complete` hits have all words that say something; the others lack those of `dropped`.
    """

    query: Query
    filters: SearchFilters
    ids: list[int] = field(default_factory=list)
    did_you_mean: str | None = None
    engine: str = database.NAME
    words: tuple[str, ...] = ()
    corrected_to: str | None = None
    dropped: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()
    complete: int = 0


@dataclass
class _Answer:
    """What has been found so far, for `said`; the best first."""

    said: Understood
    ids: list[int]
    in_name: bool
    complete: int = 0
    dropped: tuple[str, ...] = ()
    corrected_to: str | None = None
    did_you_mean: str | None = None

    def add(self, ids: Sequence[int]) -> None:
        """Put further hits behind those that are there."""
        self.ids = list(dict.fromkeys([*self.ids, *ids]))


def answer(source: Source, query: Query, filters: SearchFilters, *, exact: bool) -> SearchResults:
    """Search for a query; `exact` refuses another word than the one typed. Raises BackendError."""
    made = _understood(source, query, filters)
    said = made.said.query
    if len(made.ids) < MIN_FOUND and said.chunks:
        made = _recall(source, made, _words(source, said), exact=exact)
    if not made.ids and said.chunks and said.price and said.price.ambiguous:
        made = _without_number(source, made, exact=exact)
    if not made.ids and made.said.filters != filters:
        made = _without_filters(source, made, query, filters, exact=exact)
    if not made.ids and not filters.leave_all and not made.did_you_mean:
        made.did_you_mean = _only_filtered(source, query)
    return SearchResults(
        query,
        made.said.hard,
        made.ids,
        made.did_you_mean,
        source.name,
        _highlighted(source, parse(made.corrected_to) if made.corrected_to else made.said.query),
        made.corrected_to,
        made.dropped,
        made.said.chips,
        made.complete,
    )


def _understood(source: Source, query: Query, filters: SearchFilters) -> _Answer:
    """All words, with the words of the page as filters, if that finds anything."""
    said = source.once(
        (query, filters), lambda: understanding.understand(query, filters, source.tokenizer())
    )
    made = _answer_of(source, said)
    if said.chips and said.query.rest != query.rest and source.has_exactly(query):
        # The words of the page are words of a name.
        plain = source.find(understanding.as_typed(query, filters).query, filters)
        made.ids = list(dict.fromkeys([*plain.ids[: plain.named], *made.ids]))
        made.complete = len(made.ids)
        made.said = replace(made.said, hard=filters)
    return made


def _without_number(source: Source, made: _Answer, *, exact: bool) -> _Answer:
    """Give up a number that nothing costs and no course has: in `python 2024` it is a year."""
    query = made.said.query
    left = replace(made.said, query=replace(query, price=None, price_text=""), as_words=None)
    found = _recall(source, _answer_of(source, left), _words(source, left.query), exact=exact)
    found.dropped, found.complete = (query.price_text, *found.dropped), 0
    return found if found.ids else made


def _without_filters(
    source: Source, made: _Answer, query: Query, filters: SearchFilters, *, exact: bool
) -> _Answer:
    """As filters the words leave nothing: they may be words after all, or are given up."""
    plain = _answer_of(source, understanding.as_typed(query, filters))
    if plain.ids or not made.said.query.chunks:
        return plain
    left = understanding.without_filters(made.said, query, filters)
    found = _answer_of(source, left)
    if len(found.ids) < MIN_FOUND:
        found = _recall(source, found, _words(source, left.query), exact=exact)
    given_up = (chip.text for chip in made.said.chips if chip not in left.chips)
    found.dropped, found.complete = (*given_up, *found.dropped), 0
    return found if found.ids else plain


def _answer_of(source: Source, said: Understood) -> _Answer:
    found = source.find(said.query, said.filters)
    ids = found.ids
    if said.as_words is not None:
        named = source.find(said.as_words, said.hard)
        rest = named.ids if len(ids) < MIN_FOUND else named.ids[: named.named]
        ids = list(dict.fromkeys([*named.ids[: named.named], *ids, *rest]))
    if not said.topics or len(ids) >= MIN_FOUND:
        return _Answer(said, ids, found.in_name, len(ids))
    # 就业 is given up before the filter beside it is.
    others = source.find(said.query.with_words(""), said.filters).ids
    every = list(dict.fromkeys([*ids, *others]))
    dropped = said.topics if len(every) > len(ids) else ()
    return _Answer(said, every, found.in_name, len(every), dropped)


def _recall(source: Source, made: _Answer, words: list[str], *, exact: bool) -> _Answer:
    """Look for more: without fillers, in subtitles, for the corrected query, without one word after
    another."""
    if len(words) > 1 and made.ids and source.has_exactly(made.said.query):
        return made
    wanted = [word for word in words if word not in FILLERS] or words
    query = made.said.query
    if len(wanted) < len(words):
        query = _of_words(query, wanted)
        made.add(source.find(query, made.said.filters).ids)
        made.dropped = tuple(word for word in words if word in FILLERS)
        made.complete = len(made.ids)
    if len(made.ids) < MIN_FOUND:
        made.add(source.find_spoken(query, made.said.filters))
        made.complete = len(made.ids)
    if len(made.ids) < MIN_FOUND:
        typed = side_by_side(made.said.query.rest, words, wanted)
        _correct(source, made, _of_words(query, [typed]) if typed else query, exact=exact)
    if not made.corrected_to and len(made.ids) < MIN_FOUND and len(wanted) > 1:
        # Of 窗口函数, once it is found, nobody wants the functions without windows; and of
        # 便宜的课, where all words are fillers, what tells of 便宜.
        compound = made.ids and _is_compound(query)
        if not (compound or FILLERS.issuperset(wanted)):
            _give_up(source, made, query, wanted)
    return made


def _correct(source: Source, made: _Answer, query: Query, *, exact: bool) -> None:
    """Replace the query by what was meant, if it finds nothing; else only mention that."""
    if made.ids and (len(made.ids) > _FEW_HITS or made.in_name or query.price):
        return
    for text in _meant(source, query):
        found = _understood_anew(source, made.said, _like(query, text))
        # Two hits may be accidental where one is in a name.
        if len(found.ids) > len(made.ids) or (found.in_name and not made.in_name):
            if made.ids or exact:
                made.did_you_mean = text
            else:
                made.corrected_to, made.said = text, found.said
                made.dropped = tuple(dict.fromkeys([*made.dropped, *found.dropped]))
                made.add(found.ids)
            return


def _meant(source: Source, query: Query) -> list[str]:
    """Other queries that may have been meant, the likeliest first."""
    known = source.other_names(query)
    return source.once(query, lambda: correction.suggestions(source, query, known))


def _understood_anew(source: Source, before: Understood, query: Query) -> _Answer:
    """What is found for a corrected query, which may say words of the page, or fillers."""
    tokenizer = source.tokenizer()
    said = understanding.understand(query, before.filters, tokenizer).behind(before)
    words = understanding.telling(said.query.rest, tokenizer)
    if not words and said.chips == before.chips:
        return _Answer(before, [], in_name=False)
    found = _answer_of(source, said)
    if not found.ids and words and words != said.query.rest:
        left = replace(said, query=_of_words(said.query, words.split()))
        found = _answer_of(source, left)
        found.dropped = tuple(set(said.query.rest.split()) - set(words.split()))
    return found


def _only_filtered(source: Source, query: Query) -> str | None:
    """A correction where nothing passes the filters and nothing else would be found either."""
    everything = SearchFilters()
    if source.find(query, everything).ids:
        return None
    for text in _meant(source, query):
        if source.find(parse(text), everything).ids:
            return text
    return None


def _give_up(source: Source, made: _Answer, query: Query, words: list[str]) -> None:
    """Give up the weakest words until there are enough hits: those that no course has at once."""
    counts = _frequencies(source, query, words)
    unknown = [word for word in words if not counts[word]]
    if len(unknown) == len(words):
        return
    # Of equal ones the earlier goes first: what a Chinese phrase is about stands at its end.
    known = [word for word in dict.fromkeys(words) if counts[word]]
    weakest = sorted(known, key=lambda word: (not _is_rest(word, made.said.query), -counts[word]))
    for missing in _steps(unknown, weakest):
        left = [word for word in words if word not in missing]
        found = source.find(_of_words(query, left), made.said.filters)
        if set(found.ids) - {*made.ids}:
            made.add(found.ids)
            made.dropped = tuple(dict.fromkeys([*made.dropped, *missing]))
        if len(made.ids) >= MIN_FOUND:
            return


def _is_rest(word: str, query: Query) -> bool:
    """Whether a character is left of a longer run: 成 of 爬虫教成 says less than a word."""
    return len(word) == 1 and is_han(word) and word not in query.rest.split()


def _steps(unknown: list[str], weakest: list[str]) -> list[list[str]]:
    """Which words are missing in one search after another: of many known ones first one each."""
    singles = [[word] for word in weakest[:_MAX_SINGLE]] if len(weakest) > 2 else []
    more = [weakest[:count] for count in range(1 + bool(singles), len(weakest))]
    steps = [[*unknown, *missing] for missing in [*singles, *more]]
    return [unknown, *steps][:_MAX_GIVEN_UP] if unknown else steps[:_MAX_GIVEN_UP]


def _frequencies(source: Source, query: Query, words: Sequence[str]) -> dict[str, int]:
    """In how many courses each word or another name of it occurs, about."""
    known, cut = source.other_names(query), source.tokenizer().tokenize_query
    ways = {
        word: [cut(text) for text in (word, *known.of(aliases.alias_key(word)))] for word in words
    }
    tokens = {token for each in ways.values() for way in each for token in _counted(way)}
    found = source.words_by_key({f"t{token}" for token in tokens})
    counts = {token: sum(n for _, n in found.get(f"t{token}", ())) for token in tokens}
    return {
        word: max(min((counts[token] for token in _counted(way)), default=0) for way in each)
        for word, each in ways.items()
    }


def _counted(phrases: Sequence[Phrase]) -> Iterator[str]:
    """Numbers have no count of their own."""
    return (token for phrase in phrases for token in phrase if not token.isdigit())


def _is_compound(query: Query) -> bool:
    """Whether it is one Chinese word, perhaps of several."""
    return runs(query.rest) == [query.rest] and is_han(query.rest)


def _words(source: Source, query: Query) -> list[str]:
    """The words of a query as texts; none where signs must occur as typed."""
    return aliases.units(source.phrases(query), source.other_names(query))


def _of_words(query: Query, words: Sequence[str]) -> Query:
    text = " ".join(words)
    return replace(query.with_words(text), key=name_key(text))


def _like(query: Query, text: str) -> Query:
    """A corrected query with the price of the one it corrects."""
    if not query.price:
        return parse(text)
    with_price = f"{text} {query.price_text}"
    return replace(query.with_words(text), key=name_key(text), text=with_price)


def _highlighted(source: Source, query: Query) -> tuple[str, ...]:
    if not query.chunks:
        return ()
    phrases = source.phrases(query)
    known = source.other_names(query)
    _, either = aliases.expand(phrases, source.tokenizer(), known)
    words = [word for phrase in phrases for word in phrase]
    return tuple(dict.fromkeys([*query.chunks, *words, *aliases.words_of(either)]))
