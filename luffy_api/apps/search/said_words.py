"""Words that a correction may lead to though no course has them: aliases, words of the page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from luffy_api.apps.course.course_list import Kept
from luffy_api.apps.course.models import Teacher
from luffy_api.apps.search.aliases import Aliases
from luffy_api.apps.search.engines.base import WordsByKey
from luffy_api.apps.search.fillers import FILLERS
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.pinyin import readings
from luffy_api.apps.search.tokenizer import is_han
from luffy_api.apps.search.understanding import WORDS

_TEACHER = "老师"
# The most popular ones of a school with more of them.
_MAX_TEACHERS = 1000


def added_to(found: WordsByKey, keys: Iterable[str], text: str, known: Aliases) -> WordsByKey:
    """Return the words under `keys`, with those that a student may say to this page of a `text`.

    One query, if somebody types the pinyin of 老师.
    """
    more = [known.near, _page_words()]
    if "laoshi" in text.replace(" ", ""):
        more.append(_teachers.get())
    words = {**found}
    for key in keys:
        if added := [word for each in more for word in each.get(key, ())]:
            words[key] = [*words.get(key, ()), *added]
    return words


@cache
def _page_words() -> WordsByKey:
    """Filters and fillers by their pinyin: `mianfei python`, `pachong jiaocheng`."""
    filters = {f"{word}{end}" for word in WORDS for end in ("", "课")}
    return _by_pinyin(word for word in {*filters, *FILLERS} if is_han(word))


def _by_pinyin(words: Iterable[str]) -> WordsByKey:
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for word in words:
        if len(word) > 1:
            for sound in readings(word):
                found[f"p{sound}"].append((word, 1))
    return found


def _read_teachers(database: str | None) -> WordsByKey:
    names = Teacher.objects.using(database).visible().order_by("orders", "pk")
    return _by_pinyin(_called(names.values_list("name", flat=True)[:_MAX_TEACHERS]))


def _called(names: Iterable[str]) -> Iterator[str]:
    """沈老师 and 沈听澜老师."""
    for name in names:
        if is_han(said := normalize(name)):
            yield from {f"{said[0]}{_TEACHER}", f"{said}{_TEACHER}"}


_teachers = Kept(_read_teachers)
