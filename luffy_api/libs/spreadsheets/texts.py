"""Texts that spreadsheet programs would take for something else."""

import re

# XML 1.0 has no way to write these; Excel calls a file that holds one damaged.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# OWASP, CSV injection: programs in East Asian languages read the full-width signs, too.
FORMULA_SIGNS = tuple("=+-@＝＋－＠")
CONTROLS = tuple("\t\n")
# Made into a number, a date, a time or a percentage: 2026112822001… would be shown as 2.02E+27.
LIKE_A_NUMBER = re.compile(r"(?=.*\d)[\d.,:/%eE+\-]+", re.ASCII)


def printable(text: str) -> str:
    """The text with U+FFFD for each character that no XML file can hold, and LF for CR LF and CR.

    A CR has to be written as `_x000D_`, which not every program reads as one.
    """
    if text.isprintable():  # most are, and this costs a tenth
        return text
    return NOT_IN_XML.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_formula(text: str) -> bool:
    """Whether a program may calculate a printable text instead of showing it."""
    return text.startswith(CONTROLS) or text.lstrip().startswith(FORMULA_SIGNS)


def is_like_a_number(text: str) -> bool:
    """Whether a program that opens a CSV file turns the text into a number or a date."""
    return bool(LIKE_A_NUMBER.fullmatch(text))
