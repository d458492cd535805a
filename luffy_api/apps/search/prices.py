"""Prices as people write them: `python100元以内`, `低于 300`, `一百到两百块`, `99左右`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from luffy_api.apps.search.tokenizer import HAN

MAX_PRICE = Decimal("999999.99")
_CENT = Decimal("0.01")
# 左右: so much less or more.
_ABOUT = Decimal("0.2")

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = "万"
_CHINESE = "[零〇一二两三四五六七八九十百千万]{1,12}"
_NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,6}})(?:\.[0-9]{{1,2}})?|{_CHINESE}"
# After 元 and 块 only what belongs to a price may follow: 一元函数 is none.
_UNIT = rf"(?:元|块钱|块|圆|rmb|人民币)(?![{HAN}])"
_IN_PRICE = r"(?:元|块钱|块|圆|rmb|人民币)"
_BELOW = "以下|以内|之内|之下|内|封顶"
_ABOVE = rf"以上|之上|起(?![{HAN}])"
_AROUND = "左右|上下"
_PREFIXES = "不超过|最多|低于|少于|小于|不到|未满|高于|大于|多于|超过|至少|不低于|不少于"
_LINK = r"\s*(?:-|~|–|—{1,2}|到|至)\s*"


def _amount(name: str) -> str:
    return rf"¥?\s*(?P<{name}>{_NUMBER})\s*(?P<{name}_unit>{_IN_PRICE})?"


_START = r"(?<![0-9.])"
_BETWEEN = re.compile(
    rf"{_START}(?P<sign>¥)?\s*{_amount('low')}{_LINK}{_amount('high')}(?:\s*之间)?(?![0-9.\-])"
)
_COMPARED = re.compile(
    rf"(?:(?P<prefix>{_PREFIXES})\s*{_amount('after')}(?![0-9.])(?:\s*的)?)"
    rf"|(?:{_START}{_amount('amount')}\s*(?P<suffix>{_BELOW}|{_ABOVE}|{_AROUND})(?:的)?)"
)
_SINGLE = re.compile(
    rf"{_START}(?:¥\s*(?P<signed>{_NUMBER})(?:\s*{_IN_PRICE})?(?![0-9.,{HAN}])"
    rf"|(?P<amount>{_NUMBER})\s*{_UNIT}(?:的)?)"
)
_BARE = re.compile(r"(?<!\S)[0-9]{1,6}(?:\.[0-9]{1,2})?(?!\S)")


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
    return next(_all(normalized), None)


def number(text: str) -> Decimal | None:
    """Read `1,000`, `99.90`, `一百五十` or `两千`; None when it is no number."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
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
    for pattern, read in ((_BETWEEN, _between), (_COMPARED, _compared), (_SINGLE, _single)):
        for match in pattern.finditer(text):
            price = read(match)
            if price and price.low <= price.high <= MAX_PRICE:
                yield PriceText(price, *match.span())
    for match in _BARE.finditer(text):
        amount = Decimal(match[0])
        yield PriceText(PriceRange(amount, amount, ambiguous=True), *match.span())


def _between(match: re.Match[str]) -> PriceRange | None:
    """A range; without a unit only where it stands alone: `2020-2021版` is none."""
    low, high = number(match["low"]), number(match["high"])
    has_unit = match["low_unit"] or match["high_unit"] or "¥" in match[0]
    if low is None or high is None or not (has_unit or _stands_alone(match)):
        return None
    return PriceRange(min(low, high), max(low, high))


def _compared(match: re.Match[str]) -> PriceRange | None:
    name = "after" if match["prefix"] else "amount"
    amount = number(match[name])
    if amount is None or not _is_money(match, name, amount):
        return None
    return _range(match["prefix"] or match["suffix"], amount)


def _range(word: str, amount: Decimal) -> PriceRange:
    """以下, 以内 and 不超过 include the amount; 低于 and 不到 do not."""
    if word in {"低于", "少于", "小于", "不到", "未满"}:
        return PriceRange(Decimal(0), max(amount - _CENT, Decimal(0)))
    if word in {"高于", "大于", "多于", "超过"}:
        return PriceRange(amount + _CENT, MAX_PRICE)
    if word in {"左右", "上下"}:
        return PriceRange(amount * (1 - _ABOUT), amount * (1 + _ABOUT))
    if word in {"以上", "之上", "起", "至少", "不低于", "不少于"}:
        return PriceRange(amount, MAX_PRICE)
    return PriceRange(Decimal(0), amount)


def _is_money(match: re.Match[str], name: str, amount: Decimal) -> bool:
    """Whether a compared number is a price: `es2015以上`, `vue3以上` and 十以内加减法 are none."""
    if match[f"{name}_unit"] or "¥" in match[0]:
        return True
    if not match[name][0].isascii():
        return amount >= 100
    before = match.string[max(0, match.start(name) - 1) : match.start(name)]
    if before.isascii() and before.isalpha():
        return amount >= 20 and match["suffix"] in {"以内", "以下"}
    return match["suffix"] != "内"


def _single(match: re.Match[str]) -> PriceRange | None:
    amount = number(match["signed"] or match["amount"])
    return None if amount is None else PriceRange(amount, amount)


def _stands_alone(match: re.Match[str]) -> bool:
    text = match.string
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return (not before or before.isspace()) and (not after or after.isspace())
