"""Prices as people write them: `python100元以内`, `低于 300`, `一百到两百块`, `99左右`."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from luffy_api.apps.search.amounts import CHINESE, CHINESE_DIGITS, DIGITS, NUMBER, UNITS, number
from luffy_api.apps.search.tokenizer import HAN, is_han

MAX_PRICE = Decimal("999999.99")
_CENT = Decimal("0.01")
# 左右: so much less or more.
_ABOUT = Decimal("0.2")
# Without a unit, smaller amounts behind signs and letters are versions, and in Chinese they count.
_MIN_BESIDE_LETTERS, _MIN_CHINESE = 20, 100
# Compared behind the name of a program these are versions as well: node>=20, ubuntu 大于等于 22.04.
_MAX_VERSION = 30
_PROGRAM = re.compile(r"[a-z][a-z0-9.+#]*\s*$")
# 300+ alone is a price; from here on it counts, and 2025+ is a year.
_MAX_AND_MORE, _YEARS = 10_000, range(1900, 2100)
# 从0到1 says how far a course leads.
_MAX_STEPS = 10

# 预算300 is what somebody has, 预算300+ what they have at least.
_BUDGET = "预算"
_SIGN = r"(?:¥|(?<![a-z])(?:rmb|cny)|人民币)"
_SAID = r"(?:价格|价钱|售价|定价|标价)\s*:?\s*(?:是|为|在)?\s*"
_IN_PRICE = r"(?:元|块钱|块|圆|rmb|cny|(?:yuan|kuai)(?![a-z])|人民币|¥(?!\s*[0-9]))"
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
_NOT = ("不", "不要", "不能", "不想", "别", "没", "没有")
_PREFIXES = {
    **dict.fromkeys(["低于", "少于", "小于", "不到", "未满", "不足", "<"], _Limit.BELOW),
    **dict.fromkeys(
        [no + more for no in _NOT for more in ("超过", "高于", "大于", "多于")]
        + ["小于等于", "低于等于", "最多", "至多", "最高", "预算", "<=", "≤"],
        _Limit.UP_TO,
    ),
    **dict.fromkeys(["高于", "大于", "多于", "超过", ">"], _Limit.ABOVE),
    **dict.fromkeys(
        [no + less for no in _NOT for less in ("低于", "少于", "小于")]
        + ["大于等于", "高于等于", "至少", "最少", "最低", ">=", "≥"],
        _Limit.FROM,
    ),
    **dict.fromkeys(["大约", "大概", "差不多", "约"], _Limit.AROUND),
}
_SUFFIXES = {
    **dict.fromkeys(["以下", "以内", "之内", "之下", "内", "封顶"], _Limit.UP_TO),
    **dict.fromkeys(["及以下", "或以下", "及以内"], _Limit.UP_TO),
    **dict.fromkeys(["以上", "之上", "及以上", "或以上", "起步", "起", "+"], _Limit.FROM),
    **dict.fromkeys(["左右", "上下", "出头"], _Limit.AROUND),
}
# Before and behind a small number without a unit they say something else: vue>3, 从0起步.
_UNSURE = {">", "<", "<=", ">=", "≤", "≥", "起步"}
_AT_LEAST = {_Limit.FROM, _Limit.ABOVE}
# These may be said more exactly behind the amount: 预算 500 左右, 大约 300 以内.
_LOOSE = {_Limit.UP_TO, _Limit.AROUND}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _amount(name: str) -> str:
    return rf"(?P<{name}_sign>{_SIGN}\s*)?(?P<{name}>{NUMBER})(?:\s*(?P<{name}_unit>{_IN_PRICE}))?"


_START = r"(?<![0-9.])"
_SUFFIX = rf"{_one_of({*_SUFFIXES} - {'起', '+'})}|起(?=的|课|[^{HAN}]|$)"
_PLUS = r"\+(?=\s|的|课|$)"
_BETWEEN = re.compile(
    rf"{_START}(?:(?P<said>{_SAID})|(?<![预节概])(?P<budget>{_BUDGET})\s*(?:是|为|在)?\s*|(?:从|在|介于)\s*)?{_amount('low')}\s*(?P<link>-|~|–|—{{1,2}}|到|至|和|与)\s*"
    rf"{_amount('high')}(?P<amid>\s*之间)?(?![0-9.\-])"
)
# 两三百块, 几十块, 三百多块 and 五百来块.
_VAGUE = re.compile(
    rf"{_START}(?:(?P<one>[一二两三四五六七八])(?P<two>[二三四五六七八九])(?P<of>[十百千])"
    rf"|(?P<some>几)(?P<tens>[十百千])|(?P<more>{NUMBER})(?P<much>[多来]))\s*(?P<unit>{_IN_PRICE}{_END})?"
)
_COMPARED = re.compile(
    rf"(?:(?<![预节])(?P<prefix>{_one_of(_PREFIXES)})\s*{_amount('after')}(?![0-9.])"
    rf"(?:\s*(?:(?P<both>{_SUFFIX})|(?P<plus>\+\s*{_IN_PRICE}{_END}|{_PLUS})))?"
    rf"|{_START}{_amount('amount')}\s*"
    rf"(?P<suffix>{_SUFFIX}|\+(?=(?P<late_unit>\s*{_IN_PRICE}{_END}))|{_PLUS})"
    rf"(?(late_unit)\s*{_IN_PRICE}))(?:\s*的)?"
)
_BESIDE = re.compile(r"(?:[\s,;、]|而且|并且|且|并|但|又|和)*")
_SINGLE = re.compile(
    rf"{_START}(?:(?P<whole>{NUMBER})块(?P<tenth>[0-9一二三四五六七八九])[毛角]?{_END}"
    rf"|{_SIGN}\s*(?P<signed>{NUMBER})(?:\s*{_IN_PRICE})?(?![0-9.,{HAN}])"
    rf"|{_SAID}(?P<said>{NUMBER})(?:\s*{_IN_PRICE})?(?![0-9.,{HAN}])"
    rf"|(?P<amount>{NUMBER})\s*{_IN_PRICE}{_END})(?:的)?"
)
_BARE = re.compile(rf"(?<!\S)(?:[0-9]{{1,6}}(?:\.[0-9]{{1,2}})?|{CHINESE})(?!\S)")
# Without one of them there is no price: most queries have none.
_DIGIT = re.compile(f"[0-9{CHINESE_DIGITS}]")


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
    if not _DIGIT.search(normalized):
        return None
    # 大于100，300以下: the comma between two limits is no part of a number.
    limits = _both_limits(normalized) or _both_limits(normalized.replace(",", " "))
    return limits or next(_all(normalized), None)


def _both_limits(text: str) -> PriceText | None:
    """What lies between two limits that are said one after the other: `100以上300以下`."""
    for first in _COMPARED.finditer(text):
        gap = _BESIDE.match(text, first.end())
        second = gap and _COMPARED.match(text, gap.end())
        if not (gap and second):
            continue
        pair = _are_one(first, gap, second)
        limits = [price for each in (first, second) if (price := _compared(each, sure=pair))]
        if len(limits) == 2:
            low, high = max(each.low for each in limits), min(each.high for each in limits)
            if 0 < low <= high < MAX_PRICE:
                return PriceText(PriceRange(low, high), first.start(), second.end())
    return None


def _are_one(first: re.Match[str], gap: re.Match[str], second: re.Match[str]) -> bool:
    """Whether both limits are of one thing: 大于10小于50, but not python大于3.8 100元以内."""
    said = {word for each in (first, second) if (word := each["prefix"])}
    return not (said & _UNSURE) and (len(said) == 2 or not gap[0].isspace())


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
    units = (f"{end}_{sign}" for end in ("low", "high") for sign in ("unit", "sign"))
    has_unit = match["said"] or any(match[unit] for unit in units)
    is_alone = _stands_alone(match) and max(low, high) > _MAX_STEPS
    is_price = match["amid"] or is_alone or (match["budget"] and _is_budget(match, low, high))
    if not (has_unit or is_price):
        return None
    return PriceRange(min(low, high), max(low, high))


def _is_budget(match: re.Match[str], low: Decimal, high: Decimal) -> bool:
    """工程预算2020-2021版 is a subject with its years."""
    after = match.string[match.end() :][:1]
    return not (low in _YEARS and high in _YEARS) and (not is_han(after) or after in "的课")


def _vague(match: re.Match[str]) -> PriceRange | None:
    """两三百 is 200 to 300, 几百 100 to 999, 三百多 300 to 399, 五百来 around 500.

    With a unit or alone.
    """
    if not (match["unit"] or _stands_alone(match)):
        return None
    if match["one"]:
        unit = UNITS[match["of"]]
        low, high = DIGITS[match["one"]] * unit, DIGITS[match["two"]] * unit
        return PriceRange(Decimal(low), Decimal(high))
    if match["some"]:
        unit = UNITS[match["tens"]]
        return PriceRange(Decimal(unit), 10 * unit - _CENT)
    amount = number(match["more"])
    if match["much"] == "来":
        return _range(_Limit.AROUND, amount)
    written = f"{amount:f}"
    step = 10 ** (len(written) - len(written.rstrip("0")))
    return PriceRange(amount, amount + step - _CENT) if step > 1 else None


def _compared(match: re.Match[str], *, sure: bool = False) -> PriceRange | None:
    """A limit; `sure` when what stands beside it says that it is one of prices."""
    name = "after" if match["prefix"] else "amount"
    amount = number(match[name])
    if not (_is_money(match, name, amount) or sure):
        return None
    if match["suffix"]:
        return _range(_SUFFIXES[match["suffix"]], amount)
    limit = _PREFIXES[match["prefix"]]
    if match["both"] and limit in _LOOSE:
        limit = _SUFFIXES[match["both"]]
    # 预算300 + python joins two wishes.
    is_joined = match["plus"] and not match.string[match.start("plus") - 1].isspace()
    if is_joined and match["prefix"] == _BUDGET:
        limit = _Limit.FROM
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
    if match[f"{name}_unit"] or match[f"{name}_sign"] or match["late_unit"]:
        return True
    if match["suffix"] == "+":
        # java 21+, 1000+ 面试题 and 月薪20k+ count something else.
        return (
            _is_whole(match)
            and _MIN_BESIDE_LETTERS <= amount < _MAX_AND_MORE
            and (amount not in _YEARS)
        )
    if not match[name][0].isascii():
        return amount >= (_MIN_BESIDE_LETTERS if _is_whole(match) else _MIN_CHINESE)
    is_small = amount < _MIN_BESIDE_LETTERS
    if (is_small or _is_version_of_program(match, amount)) and _may_be_version(match):
        return False
    before = match.string[max(0, match.start(name) - 1) : match.start(name)]
    if not match["prefix"] and before.isascii() and before.isalpha():
        return amount >= _MIN_BESIDE_LETTERS and match["suffix"] in {"以内", "以下"}
    return match["suffix"] != "内"


def _is_version_of_program(match: re.Match[str], amount: Decimal) -> bool:
    return amount <= _MAX_VERSION and bool(_PROGRAM.search(match.string[: match.start()]))


def _may_be_version(match: re.Match[str]) -> bool:
    """Whether a small number is that of a version, or of steps: python大于等于3.8, 从0起步."""
    word = match["prefix"] or match["suffix"]
    limit = _PREFIXES.get(word) or _SUFFIXES[word]
    return word in _UNSURE or (limit in _AT_LEAST and not _is_whole(match))


def _single(match: re.Match[str]) -> PriceRange:
    amount = number(match["whole"] or match["signed"] or match["said"] or match["amount"])
    if match["tenth"]:
        amount += number(match["tenth"]) / 10
    return PriceRange(amount, amount)


def _bare(match: re.Match[str]) -> PriceRange | None:
    amount = number(match[0])
    is_small = not match[0][0].isascii() and amount < _MIN_CHINESE
    # A number that was compared, and is no price, is none: python 大于等于 3.8.
    if is_small or match.string[: match.start()].rstrip().endswith((*_PREFIXES,)):
        return None
    return PriceRange(amount, amount, ambiguous=True)


def _is_whole(match: re.Match[str]) -> bool:
    """Whether nothing else is wanted: 五十以内 is a price where 五十以内加减法 is none."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return not (re.sub(_SAID, "", before).strip() or after.strip("的课程 "))


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
