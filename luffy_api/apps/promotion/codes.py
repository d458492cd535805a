"""Codes that students type: 16 signs, 79 random bits, without 0, 1, 8, I and O."""

import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ2345679"
LENGTH = 16


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def parse(text: str) -> str | None:
    """The code that somebody typed, in any case, with or without hyphens; None for no code."""
    code = text.strip().upper().replace("-", "").replace(" ", "").replace("\u3000", "")
    is_code = len(code) == LENGTH and set(code) <= set(ALPHABET)
    return code if is_code else None


def spoken(code: str) -> str:
    """As it is shown: four groups of four."""
    return "-".join(code[n : n + 4] for n in range(0, LENGTH, 4))
