"""Numbers as people write and say them: `1,000`, `1.5k`, `一百五十`."""

from decimal import Decimal

DIGITS = {
    c: n for row in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖") for n, c in enumerate(row)
}
DIGITS |= {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}
UNITS |= {"拾": 10, "佰": 100, "仟": 1000}
_MYRIAD = "万"
CHINESE_DIGITS = "".join([*DIGITS, "十百千万拾佰仟"])
CHINESE = f"[{CHINESE_DIGITS}]{{1,12}}"
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})(?:\.[0-9]{1,2})?(?:[kw百千万](?![a-z]))?"
    rf"|{CHINESE}"
)


def number(text: str) -> Decimal:
    """Read `1,000`, `99.90`, `1.5k`, `一百五十` or `两千`."""
    if text[0].isascii():
        times = UNITS.get(text[-1], 1)
        return Decimal(text.rstrip("kw百千万").replace(",", "")) * times
    total = section = digit = 0
    last_unit = 1
    for character in text:
        if character in DIGITS:
            digit, last_unit = DIGITS[character], last_unit if DIGITS[character] else 10
        elif character == _MYRIAD:
            total, section, digit, last_unit = (total + section + digit or 1) * 10_000, 0, 0, 10_000
        else:
            last_unit = UNITS[character]
            section, digit = section + (digit or 1) * last_unit, 0
    # 一百五 is 150, 一百零五 is 105.
    return Decimal(total + section + digit * max(1, last_unit // 10))
