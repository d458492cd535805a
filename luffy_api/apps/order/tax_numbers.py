"""Tax numbers (纳税人识别号) of companies, checked by their check characters.

Four lengths are in use, and invoicing software takes all of them:

* 18: the unified social credit code (GB 32100-2015), which has replaced the others since 2015. Also
  a resident identity number (GB 11643-1999), of businesses that are taxed under their owner's.
* 15: region and organisation code (GB 11714-1997), of organisations with an older certificate.
* 20: a resident identity number and two digits, of individual businesses (个体工商户).
* 17: the same with an identity number of 15 digits, which has no check character but a date.
"""

import re
import unicodedata
from datetime import date

# GB 32100: without I, O, S, V and Z. A character's value is its place.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE = re.compile(rf"[1-9A-Y][0-9A-Y][0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}", re.ASCII)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
WITH_ORGANISATION_CODE = re.compile(r"[1-9][0-9]{5}[0-9A-Z]{8}[0-9X]", re.ASCII)
RESIDENT = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{8})[0-9]{3}[0-9X]", re.ASCII)
OLD_RESIDENT = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{6})[0-9]{3}", re.ASCII)
SEPARATORS = re.compile(r"[\s\-]+")


class InvalidTaxNumber(ValueError):
    """The text is no tax number; its message is a Chinese sentence for the user."""


def normalize(text: str) -> str:
    """The number in capitals, without spaces and hyphens, of full-width characters the ASCII ones.

    Raises InvalidTaxNumber for a wrong length, character, date or check character.
    """
    number = SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(number) not in RULES:
        raise InvalidTaxNumber("税号应为 18 位统一社会信用代码，或 15、17、20 位的旧税号")
    if not RULES[len(number)](number):
        raise InvalidTaxNumber("税号有误，请对照营业执照逐位核对")
    return number


def credit_check_character(number: str) -> str:
    """The 18th character of a unified social credit code, from the 17 before it (GB 32100)."""
    # The weights are the powers of 3 modulo 31.
    total = sum(
        CREDIT_ALPHABET.index(character) * pow(3, place, 31)
        for place, character in enumerate(number[:17])
    )
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_character(code: str) -> str:
    """The 9th character of an organisation code, from the 8 before it (GB 11714)."""
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(code[:8], ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def resident_check_character(number: str) -> str:
    """The 18th character of a resident identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "0123456789X"[(1 - total) % 11]


def _is_credit_code(number: str) -> bool:
    return bool(CREDIT_CODE.fullmatch(number)) and number[17] == credit_check_character(number)


def _is_resident(number: str) -> bool:
    match = RESIDENT.fullmatch(number)
    if match is None or not _is_date(match["born"]):
        return False
    return number[17] == resident_check_character(number)


def _is_18(number: str) -> bool:
    return _is_credit_code(number) or _is_resident(number)


def _is_15(number: str) -> bool:
    shaped = WITH_ORGANISATION_CODE.fullmatch(number)
    return bool(shaped) and number[14] == organisation_check_character(number[6:])


def _is_17(number: str) -> bool:
    match = OLD_RESIDENT.fullmatch(number[:15])
    if match is None or not _is_date(f"19{match['born']}"):
        return False
    return _is_ascii_digits(number[15:])


def _is_20(number: str) -> bool:
    return _is_resident(number[:18]) and _is_ascii_digits(number[18:])


def _is_date(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True


def _is_ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


RULES = {15: _is_15, 17: _is_17, 18: _is_18, 20: _is_20}
