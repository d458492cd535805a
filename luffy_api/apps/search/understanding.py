"""The words of the page in a query: 免费课, 初级, 限时折扣 and 林老师 are filters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from luffy_api.apps.course.course_list import Kept
from luffy_api.apps.course.models import Course, CourseCategory, Teacher
from luffy_api.apps.search.fillers import FILLERS, TOPICS
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.prices import MAX_PRICE, PriceRange
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.tokenizer import HAN, Tokenizer, is_han
from luffy_api.apps.search.visibility import SearchFilters

_MAX_TEACHERS = 20
# What a limit that does not include its amount leaves of it, see prices.py.
_FIRST_CENT, _LAST_CENT = Decimal("0.01"), Decimal("0.99")
_LEVELS = Course.Level
# What a chip calls itself, by the word; the longest word at a place counts.
WORDS: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(["免费课"], ("kind", Course.Kind.FREE)),
    **dict.fromkeys(["实战课", "实战课程", "项目实战课"], ("kind", Course.Kind.ACTUAL)),
    **dict.fromkeys(["轻课"], ("kind", Course.Kind.LIGHT)),
    **dict.fromkeys(["免费", "免费课程", "免费的", "不要钱", "不花钱", "free"], ("free", True)),
    **dict.fromkeys(
        ["初级", "入门", "入门级", "零基础", "新手", "小白", "初学者", "初阶"],
        ("level", (_LEVELS.BEGINNER,)),
    ),
    **dict.fromkeys(["初中级"], ("level", (_LEVELS.BEGINNER, _LEVELS.INTERMEDIATE))),
    **dict.fromkeys(["中级", "中阶"], ("level", (_LEVELS.INTERMEDIATE,))),
    **dict.fromkeys(
        ["进阶", "提高", "中高级"], ("level", (_LEVELS.INTERMEDIATE, _LEVELS.ADVANCED))
    ),
    **dict.fromkeys(["高级", "高阶"], ("level", (_LEVELS.ADVANCED,))),
    **dict.fromkeys(["限时折扣", "限时优惠", "限时", "打折", "折扣", "特价"], ("discount", True)),
    **dict.fromkeys(["促销", "降价", "优惠", "优惠课", "优惠课程"], ("discount", True)),
    **dict.fromkeys(["vip", "vip专享", "vip课", "vip课程"], ("course_type", Course.CourseType.VIP)),
    **dict.fromkeys(
        ["会员", "会员课", "会员课程", "会员专享"], ("course_type", Course.CourseType.VIP)
    ),
    **dict.fromkeys(["学位课", "学位课程"], ("course_type", Course.CourseType.DEGREE)),
}
# Of 会员系统 the course tells how members are kept.
_ENDS = {"会员": r"(?=\s|的|$)"}
_FIXED = "|".join(word + _ENDS.get(word, "") for word in sorted(WORDS, key=len, reverse=True))
_TEACHER = rf"(?P<teacher>[{HAN}]{{1,6}})老师"
# Says nothing of a level: from the beginning to the end.
_ALL_LEVELS = "从?(?:零基础|零|0|入门)到(?:入门|精通|进阶|高级|实战|就业|上手)"
_PATTERN = re.compile(rf"(?P<all_levels>{_ALL_LEVELS})|(?P<fixed>{_FIXED})|{_TEACHER}")
_OF_CATEGORY = re.compile(rf"(?P<name>[{HAN}]{{2,12}}?)(?:课程|课|类|分类|方向)?")
_FIELDS = {
    "category": "category_id",
    "teacher": "teacher_ids",
    "discount": "discounted",
    "level": "levels",
}
# May as well be words of a course: names that have them stand first.
_SOFT = frozenset({"level"})


@dataclass(frozen=True)
class Chip:
    """A filter that the text of a query stands for.

    `search` is the query without it, for those who take it away.
    """

    name: str
    value: Any
    label: str
    text: str
    search: str


@dataclass(frozen=True)
class Understood:
    """What is left of a query as words, and its filters.

    `as_words` is the query with those words left in that a course may have in its name, and
    `hard` the filters without theirs. `topics` are the words that are left when none of them tells
    more of a course than 就业.
    """

    query: Query
    filters: SearchFilters
    hard: SearchFilters
    chips: tuple[Chip, ...] = ()
    as_words: Query | None = None
    topics: tuple[str, ...] = ()

    def behind(self, before: "Understood") -> "Understood":
        """Return this with the chips of a query that it corrects in front of its own."""
        said = " ".join(chip.text for chip in before.chips if chip.name != "price")
        new = [chip for chip in self.chips if chip.name != "price"]
        more = (replace(chip, search=f"{chip.search} {said}".strip()) for chip in new)
        return replace(self, chips=(*before.chips, *more))


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    name: str
    value: Any
    label: str


def as_typed(query: Query, filters: SearchFilters) -> Understood:
    """Every word is a word; but a price is one."""
    return Understood(query, filters, filters, tuple(_price_chips(query)))


def understand(query: Query, filters: SearchFilters, tokenizer: Tokenizer) -> Understood:
    """Find the words of the page in a query. `filters` that are set already win over them.

    One query, another one for 老师.
    """
    parts = list(_parts(query.rest, tokenizer))
    parts += _category(query, parts)
    if not parts:
        typed = as_typed(query, filters)
        # Of 100元以内的课 the price is all that says something.
        if not (query.price and not query.price.ambiguous and query.rest):
            return typed
        left, topics = _left(query, query.rest, tokenizer)
        return replace(typed, query=left, topics=topics)
    chips = [*_price_chips(query)]
    hard = soft = filters
    for part in parts:
        field = _FIELDS.get(part.name, part.name)
        if getattr(filters, field) == getattr(SearchFilters(), field):
            soft = replace(soft, **{field: part.value})
            hard = hard if part.name in _SOFT else replace(hard, **{field: part.value})
            chips = _with_chip(chips, query, part)
    left, topics = _left(query, _words_without(query.rest, parts), tokenizer)
    as_words = None
    if soft != hard:
        firm = [part for part in parts if part.name not in _SOFT]
        named = telling(_words_without(query.rest, firm), tokenizer)
        as_words = query.with_words(" ".join([*topics, named]))
    return Understood(left, soft, hard, tuple(chips), as_words, topics)


def without_filters(made: Understood, query: Query, filters: SearchFilters) -> Understood:
    """The words that are left, without the filters of the words of the page."""
    return Understood(made.query, filters, filters, tuple(_price_chips(query)))


def telling(text: str, tokenizer: Tokenizer) -> str:
    """Return the words of a text that say what is wanted, those of the page among them."""
    words = ("".join(phrase) for phrase in tokenizer.tokenize_query(text))
    return " ".join(word for word in words if word not in FILLERS or word in WORDS)


def _left(query: Query, words: str, tokenizer: Tokenizer) -> tuple[Query, tuple[str, ...]]:
    """The query of the words beside filters, and its topics if it has nothing else."""
    if telling(words, tokenizer):
        return query.with_words(words), ()
    said = ("".join(phrase) for phrase in tokenizer.tokenize_query(words))
    topics = tuple(dict.fromkeys(word for word in said if word in TOPICS))
    return query.with_words(" ".join(topics)), topics


def _parts(text: str, tokenizer: Tokenizer) -> Iterator[_Part]:
    matches = list(_PATTERN.finditer(text))
    if not matches:
        return
    places = tokenizer.boundaries(text)
    seen: dict[str, Any] = {}
    for match in matches:
        if match["all_levels"]:
            continue
        part = _teacher(match) if match["teacher"] else _fixed(match, places)
        # 零基础入门 and 限时特价 say one thing twice.
        if part and seen.setdefault(part.name, part.value) == part.value:
            yield part


def _fixed(match: re.Match[str], places: set[int]) -> _Part | None:
    if not {match.start(), match.end()} <= places:
        return None
    name, value = WORDS[match["fixed"]]
    return _Part(match.start(), match.end(), name, value, _label(name, value))


def _label(name: str, value: Any) -> str:
    match name:
        case "free":
            return "免费"
        case "discount":
            return "限时折扣"
        case "level":
            return f"难度：{'、'.join(level.label for level in value)}"
        case "kind":
            return f"种类：{value.label}"
    return str(value.label)


def _teacher(match: re.Match[str]) -> _Part | None:
    """The longest end of what stands before 老师 that is the name, or the beginning of one."""
    said = match["teacher"]
    for start in range(len(said)):
        found = list(
            Teacher.objects.visible()
            .filter(name__startswith=said[start:])
            .order_by("orders", "pk")
            .values_list("pk", "name")[:_MAX_TEACHERS]
        )
        if found:
            label = "、".join(name for _, name in found[:3])
            ids = tuple(pk for pk, _ in found)
            return _Part(match.start() + start, match.end(), "teacher", ids, f"老师：{label}")
    return None


def _category(query: Query, parts: list[_Part]) -> list[_Part]:
    """A Chinese name of a category, if nothing else is wanted but what filters say.

    Beside other words it is one of them: courses have the words of their category.
    """
    if not (parts or query.price):
        return []
    words = _words_without(query.rest, parts)
    match = _OF_CATEGORY.fullmatch(words)
    found = match and _categories.get().get(match["name"])
    start = query.rest.find(words)
    if not found or start < 0:
        return []
    pk, name = found
    return [_Part(start, start + len(words), "category", pk, f"分类：{name}")]


def _words_without(text: str, parts: list[_Part]) -> str:
    for part in sorted(parts, key=lambda part: -part.start):
        text = f"{text[: part.start]} {text[part.end :]}"
    words = (word.strip("的") for word in text.split())
    return " ".join(word for word in words if word)


def _with_chip(chips: list[Chip], query: Query, part: _Part) -> list[Chip]:
    """The chips with that of a part; one that is there already stands for its word as well."""
    text = query.rest[part.start : part.end]
    same = next((chip for chip in chips if chip.name == part.name), None)
    if same:
        both = replace(same, text=same.text + text, search=_without(same.search, text))
        return [both if chip is same else chip for chip in chips]
    value = list(part.value) if isinstance(part.value, tuple) else part.value
    return [*chips, Chip(part.name, value, part.label, text, _without(query.text, text))]


def _price_chips(query: Query) -> Iterator[Chip]:
    if query.price and not query.price.ambiguous:
        text = query.price_text
        value = [str(query.price.low), str(query.price.high)]
        yield Chip("price", value, _price_label(query.price), text, _without(query.text, text))


def _price_label(price: PriceRange) -> str:
    """Say a range by the amounts that were typed: 低于300 is 不到 300 元, not 299.99 元以内."""
    low, high = _plain(price.low), _plain(price.high)
    if price.is_single:
        return f"{low} 元"
    over = price.low % 1 == _FIRST_CENT and f"超过 {_plain(price.low - _FIRST_CENT)}"
    if price.high >= MAX_PRICE:
        return f"{over} 元" if over else f"{low} 元以上"
    under = price.high % 1 == _LAST_CENT and f"不到 {_plain(price.high + _FIRST_CENT)} 元"
    upper = under or f"{high} 元以内"
    if price.low == 0:
        return upper
    return f"{over or f'{low} 元起'}、{upper}" if over or under else f"{low}–{high} 元"


def _plain(amount: Decimal) -> str:
    """Two hundred is 200, neither 200.00 nor 2E+2."""
    return f"{amount.normalize():f}"


def _without(text: str, part: str) -> str:
    return " ".join(text.replace(part, " ", 1).split())


def _read_categories(database: str | None) -> dict[str, tuple[int, str]]:
    rows = CourseCategory.objects.using(database).visible().values_list("pk", "name")
    return {name: (pk, said) for pk, said in rows if (name := normalize(said)) and is_han(name)}


_categories = Kept(_read_categories)
