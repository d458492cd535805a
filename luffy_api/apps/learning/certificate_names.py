"""Names on certificates: what may stand there, and how strangers see them."""

import re
import unicodedata

from luffy_api.apps.learning import certificate_font
from luffy_api.apps.learning.exceptions import NameRefused

MIN_NAME, MAX_NAME = 2, 30
# The points that are typed between the parts of a name, for the one that is printed.
_POINTS = str.maketrans(dict.fromkeys("•・‧∙⋅●", "·"))
_LETTERS = r"[^\W\d_]+"
_NAME = re.compile(rf"{_LETTERS}\.?(?:[ ·'’.-]{_LETTERS}\.?)*")


def cleaned(text: str) -> str:
    """The name as it is printed. Raises NameRefused.

    Letters of any script that the font has, with spaces, points, hyphens and apostrophes between
    them; spaces are single, full-width letters become ordinary ones.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).translate(_POINTS).split())
    if not MIN_NAME <= len(name) <= MAX_NAME:
        raise NameRefused(f"姓名须为 {MIN_NAME} 到 {MAX_NAME} 个字")
    if not _NAME.fullmatch(name) or any(map(_is_number, name)):
        raise NameRefused("姓名只能包含文字、空格、间隔号、连字符和撇号")
    if missing := certificate_font.missing_from(name):
        raise NameRefused(f"证书上印不出「{missing}」，请联系客服")
    return name


def _is_number(letter: str) -> bool:
    """A number in a circle or of another script; 〇 is a letter of names."""
    return unicodedata.category(letter).startswith("N") and letter != "〇"


def masked(name: str) -> str:
    """The first and the last character of a name, of a short one the first: 王*明, 王*.

    A name that is masked already stays as it is.
    """
    if "*" in name:
        return name
    end = name[-1] if len(name) > MIN_NAME else ""
    return name[0] + "*" * (len(name) - 1 - len(end)) + end


def is_masked(name: str) -> bool:
    """Whether the name itself is gone."""
    return "*" in name
