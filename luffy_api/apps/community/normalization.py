"""The form in which texts of students are compared with words of the filter."""

import unicodedata
from functools import cache

from luffy_api.libs.chinese import simplified


def normalize(text: str) -> str:
    """Letters and digits only, in lower case, half width and simplified characters.

    `Ｆ·Ｏ o` becomes `foo`, 賭博 becomes 赌博, and letters lose their accents.
    """
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_simplified())
    return "".join(each for each in folded if each.isalnum())


@cache
def _simplified() -> dict[int, str]:
    return str.maketrans(simplified())
