"""Normal form of Chinese mobile numbers: eleven digits."""

import unicodedata

import phonenumbers

from luffy_api.common.exceptions import RuleViolated


class InvalidMobile(RuleViolated):
    """Not a mobile number of mainland China."""


def normalize(text: str) -> str:
    """`+86 138-0000-0001` or full-width digits to `13800000001`. Raises InvalidMobile.

    Mobile numbers of mainland China are 1[3-9] and nine digits (ITU E.164 numbering plan of
    China); phonenumbers parses the notations.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text)[:40], "CN")
    except phonenumbers.NumberParseException as error:
        raise InvalidMobile("请输入正确的手机号") from error
    national = str(number.national_number)
    if number.country_code != 86 or len(national) != 11 or not "13" <= national[:2] <= "19":
        raise InvalidMobile("请输入正确的手机号")
    return national


def is_mobile(text: str) -> bool:
    """Whether `normalize` reads a number from it."""
    try:
        normalize(text)
    except InvalidMobile:
        return False
    return True
