"""Completions of what is being typed, and of what kind each one is."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from luffy_api.apps.course.course_list import Kept
from luffy_api.apps.course.models import CourseCategory, Teacher
from luffy_api.apps.search import aliases, database, visibility
from luffy_api.apps.search.engines.base import Completion, SearchBackend
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.pinyin import initials, is_syllables, readings
from luffy_api.apps.search.query import Query, is_literal
from luffy_api.apps.search.tokenizer import Phrase
from luffy_api.apps.search.visibility import SearchFilters

MAX_SUGGESTIONS = 8
_MAX_HOT, _MAX_WORDS, _MAX_NAMES = 3, 2, 2
# Of the other names of what was typed, so many are completed.
_MAX_OTHERS = 2
# Teachers and categories that are looked at, each.
_MAX_KNOWN = 2000
# Completions that an engine is asked for; some may be hidden by now, or the same.
_ASKED = 3 * MAX_SUGGESTIONS

_LAST_CHARACTER = "\U0010ffff"

COURSE, TEACHER, CATEGORY, WORD = "course", "teacher", "category", "word"


@dataclass(frozen=True)
class Completed:
    """A completion; `kind` is course, teacher, category or word."""

    text: str
    kind: str


@dataclass(frozen=True)
class _Names:
    """Names in order, and what they begin with when typed: (form, place of the name), sorted."""

    said: tuple[Completed, ...]
    forms: tuple[tuple[str, int], ...]

    def completing(self, beginning: str, *, typed: str) -> list[Completed]:
        """The first names that begin so, without those that were typed completely."""
        prefix = "".join(beginning.split())
        first, end = (
            bisect_left(self.forms, (text,)) for text in (prefix, prefix + _LAST_CHARACTER)
        )
        places = sorted({place for _, place in self.forms[first:end]})
        found = (self.said[place] for place in places)
        return [*islice((each for each in found if normalize(each.text) != typed), _MAX_NAMES)]


def by_engine(engine: SearchBackend, query: Query) -> list[Completed]:
    """Words and names of visible courses that have what was typed. One query at most.

    What was typed may be another name of something, which is completed as well.
    """
    typed = query.text
    phrases = _written(engine, _phrases(engine, typed))
    if not phrases:
        return []
    known = aliases.known().having(query.taiwan)
    found = _ask(engine, phrases)
    for said, is_whole in _said_otherwise(phrases, known)[:_MAX_OTHERS]:
        if others := _phrases(engine, said):
            found += engine.named(others, limit=_ASKED) if is_whole else _ask(engine, others)
    # Courses may have the same name, and some may be hidden by now.
    ids = [completion.course_id for completion in found if completion.course_id]
    visible = set(visibility.filter_visible(ids, SearchFilters(), allow_cached=True))
    names = [Completed(each.text, COURSE) for each in found if each.course_id in visible]
    words = [Completed(each.text, WORD) for each in found if each.course_id is None]
    words = [word for word in dict.fromkeys(words) if word.text != typed]
    return [*words[:_MAX_WORDS], *names]


def by_database(query: Query) -> list[Completed]:
    """Names that contain what was typed, or another name of it. Three queries at most."""
    others = aliases.known().having(query.taiwan).of(aliases.alias_key(query.text))
    texts = (query.text, *others[:_MAX_OTHERS])
    found = (database.suggestions(text, limit=MAX_SUGGESTIONS) for text in texts)
    return [Completed(name, COURSE) for names in found for name in names]


def hot(words: Iterable[str], typed: str) -> list[Completed]:
    """Hot words that begin with what was typed: their text, pinyin or initials."""
    found = [word for word in words if _completes(_forms(word), typed)]
    return [Completed(word, WORD) for word in found[:_MAX_HOT]]


def names(typed: str) -> list[Completed]:
    """Teachers, 老师 behind them or not, and categories that begin with what was typed.

    Two queries, if any.
    """
    return _known.get().completing(typed.removesuffix("老师").strip() or typed, typed=typed)


def distinct(completed: Sequence[Completed]) -> list[Completed]:
    """The first ones, without those that normalize to the same as an earlier one."""
    by_key = {normalize(each.text): each for each in reversed(completed)}
    return list(reversed(by_key.values()))[:MAX_SUGGESTIONS]


def distinct_texts(texts: Sequence[str]) -> list[str]:
    """The texts without those that normalize to the same as an earlier one."""
    by_key = {normalize(text): text for text in reversed(texts)}
    return list(reversed(by_key.values()))


def _phrases(engine: SearchBackend, typed: str) -> list[Phrase]:
    if is_literal(typed):
        return []
    return [*engine.tokenizer().tokenize_query(typed)]


def _written(engine: SearchBackend, phrases: list[Phrase]) -> list[Phrase]:
    """The phrases with the words of which those before the last one are the pinyin:
    `shujufenxi s`.
    """
    said = [phrase[0] for phrase in phrases[:-1] if len(phrase) == 1 and is_syllables(phrase[0])]
    if not said:
        return phrases
    words = engine.words_by_key(f"{kind}{letters}" for letters in said for kind in "tp")
    meant: dict[Phrase, Phrase] = {
        (letters,): (max(found, key=lambda each: each[1])[0],)
        for letters in said
        if (found := words.get(f"p{letters}")) and f"t{letters}" not in words
    }
    return [*(meant.get(phrase, phrase) for phrase in phrases[:-1]), phrases[-1]]


def _ask(engine: SearchBackend, phrases: Sequence[Phrase]) -> list[Completion]:
    return engine.suggest(phrases[:-1], phrases[-1], limit=_ASKED)


def _said_otherwise(phrases: Sequence[Phrase], known: aliases.Aliases) -> list[tuple[str, bool]]:
    """What was typed with some words under another name, and whether nothing of it is only begun.

    Its last words, all of them, or those before the last one.
    """
    words = ["".join(phrase) for phrase in phrases]
    for end in range(len(words), max(0, len(words) - 2), -1):
        for start in range(end):
            said = "".join(words[start:end])
            if others := known.of(said):
                # What completes `vue` completes `vue js` as well.
                others = tuple(other for other in others if said not in aliases.alias_key(other))
                texts = (" ".join([*words[:start], other, *words[end:]]) for other in others)
                return [(text, end == len(words)) for text in texts]
    return []


def _completes(forms: Sequence[str], typed: str) -> bool:
    prefix = "".join(typed.split())
    return forms[0] != typed and any(form.startswith(prefix) for form in forms)


def _forms(text: str) -> tuple[str, ...]:
    normalized = normalize(text)
    return normalized, *readings(normalized), initials(normalized)


def _read_known(database: str | None) -> _Names:
    said = (*_read(Teacher, TEACHER, database), *_read(CourseCategory, CATEGORY, database))
    forms = ((form, place) for place, each in enumerate(said) for form in _forms(each.text))
    return _Names(said, tuple(sorted(forms)))


def _read(
    model: type[Teacher] | type[CourseCategory], kind: str, database: str | None
) -> Iterator[Completed]:
    rows = model._default_manager.using(database).filter(is_show=True, is_delete=False)
    names = rows.order_by("orders", "pk").values_list("name", flat=True)[:_MAX_KNOWN]
    return (Completed(name, kind) for name in names)


_known = Kept(_read_known)
