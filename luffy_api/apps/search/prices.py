"""Prices as people write them: `python100元以内`, `低于 300`, `一百到两百块`, `99左右`."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from luffy_api.apps.search.tokenizer import HAN

MAX_PRICE = Decimal("999999.99")
_CENT = Decimal("0.01")
# 左右: so much less or more.
_ABOUT = Decimal("0.2")
# Without a unit, smaller amounts behind signs and letters are versions, and in Chinese they count.
_MIN_BESIDE_LETTERS, _MIN_CHINESE = 20, 100

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}
_MYRIAD = "万"
_CHINESE = "[零〇一二两三四五六七八九十百千万]{1,12}"
_NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})(?:\.[0-9]{1,2})?(?:[kw千万](?![a-z]))?"
    rf"|{_CHINESE}"
)
_IN_PRICE = r"(?:元|块钱|块|圆|rmb|人民币)"
# After 元 and 块 only what belongs to a price may follow: 一元函数 is none.
_END = rf"(?=的|课|[^{HAN}0-9]|$)"


class _Limit(Enum):
    """What a word makes of an amount; the amount itself belongs to UP_TO and FROM."""

    BELOW = 1
    UP_TO = 2
    ABOVE = 3
    FROM = 4
    AROUND = 5


# What stands before an amount, and what behind it. 以下, 以内 and 不超过 include it; 低于 and 不到
# do not.
_PREFIXES = {
    **dict.fromkeys(["低于", "少于", "小于", "不到", "未满", "不足", "<"], _Limit.BELOW),
    **dict.fromkeys(
        ["不超过", "不高于", "不大于", "不多于", "最多", "至多", "最高", "预算", "<=", "≤"],
        _Limit.UP_TO,
    ),
    **dict.fromkeys(["高于", "大于", "多于", "超过", ">"], _Limit.ABOVE),
    **dict.fromkeys(["至少", "最少", "最低", "不低于", "不少于", "不小于", ">=", "≥"], _Limit.FROM),
    **dict.fromkeys(["大约", "大概", "差不多", "约"], _Limit.AROUND),
}
_SUFFIXES = {
    **dict.fromkeys(["以下", "以内", "之内", "之下", "内", "封顶"], _Limit.UP_TO),
    **dict.fromkeys(["以上", "之上", "起"], _Limit.FROM),
    **dict.fromkeys(["左右", "上下"], _Limit.AROUND),
}
# These may be said more exactly behind the amount: 预算 500 左右, 大约 300 以内.
_LOOSE = {_Limit.UP_TO, _Limit.AROUND}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _amount(name: str) -> str:
    return rf"(?:¥\s*)?(?P<{name}>{_NUMBER})(?:\s*(?P<{name}_unit>{_IN_PRICE}))?"


_START = r"(?<![0-9.])"
_SUFFIX = rf"(?:{_one_of({*_SUFFIXES} - {'起'})}|起(?![{HAN}]))"
_BETWEEN = re.compile(
    rf"{_START}(?:(?:从|在|介于)\s*)?{_amount('low')}\s*(?P<link>-|~|–|—{{1,2}}|到|至|和|与)\s*"
    rf"{_amount('high')}(?P<amid>\s*之间)?(?![0-9.\-])"
)
# 两三百块, 几十块 and 三百多块.
_VAGUE = re.compile(
    rf"{_START}(?:(?P<one>[一二两三四五六七八])(?P<two>[二三四五六七八九])(?P<of>[十百千])"
    rf"|(?P<some>几)(?P<tens>[十百千])|(?P<more>{_NUMBER})多)\s*(?P<unit>{_IN_PRICE}{_END})?"
)
_COMPARED = re.compile(
    rf"(?:(?<![预节])(?P<prefix>{_one_of(_PREFIXES)})\s*{_amount('after')}(?![0-9.])"
    rf"(?:\s*(?P<both>{_SUFFIX}))?"
    rf"|{_START}{_amount('amount')}\s*(?P<suffix>{_SUFFIX}))(?:\s*的)?"
)
_SINGLE = re.compile(
    rf"{_START}(?:(?P<whole>{_NUMBER})块(?P<tenth>[0-9一二三四五六七八九])[毛角]?{_END}"
    rf"|¥\s*(?P<signed>{_NUMBER})(?:\s*{_IN_PRICE})?(?![0-9.,{HAN}])"
    rf"|(?P<amount>{_NUMBER})\s*{_IN_PRICE}{_END})(?:的)?"
)
_BARE = re.compile(rf"(?<!\S)(?:[0-9]{{1,6}}(?:\.[0-9]{{1,2}})?|{_CHINESE})(?!\S)")
# Without one of them there is no price: most queries have none.
_DIGIT = re.compile("[0-9零〇一二两三四五六七八九十百千万]")


@dataclass(frozen=True)
class PriceRange:
    """Prices in yuan, both ends included; `ambiguous` when it may as well be a word.

    A range is one of what is charged; a single amount may as well be the price crossed out.
    """

    low: Decimal
    high: Decimal
    ambiguous: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it is one amount."""
        return self.low == self.high


@dataclass(frozen=True)
class PriceText:
    """A price, and where it stands in a normalized text."""

    price: PriceRange
    start: int
    end: int


def find(normalized: str) -> PriceText | None:
    """Return the first price that is none but a price, else the first number that may be one."""
    return next(_all(normalized), None) if _DIGIT.search(normalized) else None


def number(text: str) -> Decimal:
    """Read `1,000`, `99.90`, `1.5k`, `一百五十` or `两千`."""
    if text[0].isascii():
        times = _UNITS.get(text[-1], 1)
        return Decimal(text.rstrip("kw千万").replace(",", "")) * times
    total = section = digit = 0
    last_unit = 1
    for character in text:
        if character in _DIGITS:
            digit, last_unit = _DIGITS[character], last_unit if _DIGITS[character] else 10
        elif character == _MYRIAD:
            total, section, digit, last_unit = (total + section + digit) * 10_000, 0, 0, 10_000
        else:
            last_unit = _UNITS[character]
            section, digit = section + (digit or 1) * last_unit, 0
    # 一百五 is 150, 一百零五 is 105.
    return Decimal(total + section + digit * max(1, last_unit // 10))


def _all(text: str) -> Iterator[PriceText]:
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            price = read(match)
            if price and price.low <= price.high <= MAX_PRICE:
                yield PriceText(price, *match.span())


def _between(match: re.Match[str]) -> PriceRange | None:
    """A range; without a unit only where it stands alone: `2020-2021版` is none."""
    low, high = number(match["low"]), number(match["high"])
    if match["link"] in "和与" and not match["amid"]:
        return None
    has_unit = match["low_unit"] or match["high_unit"] or "¥" in match[0]
    if not (has_unit or match["amid"] or _stands_alone(match)):
        return None
    return PriceRange(min(low, high), max(low, high))


def _vague(match: re.Match[str]) -> PriceRange | None:
    """两三百 is 200 to 300, 几百 is 100 to 999, 三百多 is 300 to 399; with a unit or alone."""
    if not (match["unit"] or _stands_alone(match)):
        return None
    if match["one"]:
        unit = _UNITS[match["of"]]
        low, high = _DIGITS[match["one"]] * unit, _DIGITS[match["two"]] * unit
        return PriceRange(Decimal(low), Decimal(high))
    if match["some"]:
        unit = _UNITS[match["tens"]]
        return PriceRange(Decimal(unit), 10 * unit - _CENT)
    amount = number(match["more"])
    written = f"{amount:f}"
    step = 10 ** (len(written) - len(written.rstrip("0")))
    return PriceRange(amount, amount + step - _CENT) if step > 1 else None


def _compared(match: re.Match[str]) -> PriceRange | None:
    name = "after" if match["prefix"] else "amount"
    amount = number(match[name])
    if not _is_money(match, name, amount):
        return None
    if match["suffix"]:
        return _range(_SUFFIXES[match["suffix"]], amount)
    limit = _PREFIXES[match["prefix"]]
    if match["both"] and limit in _LOOSE:
        limit = _SUFFIXES[match["both"]]
    return _range(limit, amount)


def _range(limit: _Limit, amount: Decimal) -> PriceRange:
    match limit:
        case _Limit.BELOW:
            return PriceRange(Decimal(0), max(amount - _CENT, Decimal(0)))
        case _Limit.ABOVE:
            return PriceRange(amount + _CENT, MAX_PRICE)
        case _Limit.FROM:
            return PriceRange(amount, MAX_PRICE)
        case _Limit.AROUND:
            return PriceRange(amount * (1 - _ABOUT), amount * (1 + _ABOUT))
    return PriceRange(Decimal(0), amount)


def _is_money(match: re.Match[str], name: str, amount: Decimal) -> bool:
    """Whether a compared number is a price: `es2015以上`, `vue>3` and 十以内加减法 are none."""
    if match[f"{name}_unit"] or "¥" in match[0]:
        return True
    if not match[name][0].isascii():
        return amount >= _MIN_CHINESE
    if match["prefix"]:
        return match["prefix"][0] not in "<>≤≥" or amount >= _MIN_BESIDE_LETTERS
    before = match.string[max(0, match.start(name) - 1) : match.start(name)]
    if before.isascii() and before.isalpha():
        return amount >= _MIN_BESIDE_LETTERS and match["suffix"] in {"以内", "以下"}
    return match["suffix"] != "内"


def _single(match: re.Match[str]) -> PriceRange:
    amount = number(match["whole"] or match["signed"] or match["amount"])
    if match["tenth"]:
        amount += number(match["tenth"]) / 10
    return PriceRange(amount, amount)


def _bare(match: re.Match[str]) -> PriceRange | None:
    amount = number(match[0])
    if not match[0][0].isascii() and amount < _MIN_CHINESE:
        return None
    return PriceRange(amount, amount, ambiguous=True)


def _stands_alone(match: re.Match[str]) -> bool:
    text = match.string
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return (not before or before.isspace()) and (not after or after.isspace() or after in "的课")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], PriceRange | None]], ...] = (
    (_BETWEEN, _between),
    (_VAGUE, _vague),
    (_COMPARED, _compared),
    (_SINGLE, _single),
    (_BARE, _bare),
)
