"""Chinese mobile numbers in their one spelling: eleven digits."""

import unicodedata

import phonenumbers

from luffy_api.common.exceptions import RuleViolated


class BadMobile(RuleViolated):
    """Not a mobile number of mainland China."""


def normalise(text: str) -> str:
    """`+86 138-0000-0001` or full-width digits to `13800000001`; raises BadMobile.

    phonenumbers knows the spellings; the mainland's mobiles are 1[3-9] and nine digits (ITU E.164
    numbering plan of China), which the demo numbers keep to as well.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text)[:40], "CN")
    except phonenumbers.NumberParseException as error:
        raise BadMobile("请输入正确的手机号") from error
    national = str(number.national_number)
    if number.country_code != 86 or len(national) != 11 or not "13" <= national[:2] <= "19":
        raise BadMobile("请输入正确的手机号")
    return national
