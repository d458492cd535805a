"""The only reader of the environment.

Values come from the process environment, then from the file that ENV_FILE names (by default `.env`
beside `manage.py`). A wrong value raises ImproperlyConfigured with one sentence that names the
variable and the expected form. Why not django-environ's readers: docs/decisions/0006.
"""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

environ.Env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"))


_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ORIGIN = re.compile(
    rf"(?P<scheme>https?)://(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?",
    re.ASCII,
)
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret was read: `path` of its file, blank for a variable; SHA-256 of its text."""

    path: str
    sha256: str


# Every secret that was given, by its variable; a backup lists those that are keys.
secret_sources: dict[str, SecretSource] = {}


def text(name: str, default: str | None = None) -> str:
    """A stripped string; blank counts as not set. Raises ImproperlyConfigured without default."""
    # environ.Env() would take a leading "$" for a reference to another variable.
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name}: it has no default with these settings.")
    return default


def choice(name: str, options: set[str], default: str) -> str:
    """One of `options`."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} is {value!r}; use one of {', '.join(sorted(options))}.")
    return value


def matching(name: str, form: str, example: str, default: str | None = None) -> str:
    """A string that the pattern `form` fits as a whole; the error message shows an example."""
    value = text(name, default)
    if not re.fullmatch(form, value, re.ASCII):
        raise ImproperlyConfigured(f"{name} is {value!r}; use one like {example}.")
    return value


# Python raises ValueError at integers of more than 4300 digits.
_MAX_DIGITS = 18
# A hundred years; days before now that many must be a date.
MAX_DAYS = 36_500


def integer(name: str, default: int, *, minimum: int = 0, maximum: int) -> int:
    """An integer in ASCII digits, from `minimum` to `maximum`."""
    value = text(name, str(default))
    if not re.fullmatch(rf"[0-9]{{1,{_MAX_DIGITS}}}", value) or not (
        minimum <= int(value) <= maximum
    ):
        raise ImproperlyConfigured(
            f"{name} is {_shortened(value)!r}; use a whole number from {minimum} to {maximum}."
        )
    return int(value)


def days(name: str, default: int, *, minimum: int = 0) -> timedelta:
    """A period of whole days, of a hundred years at most."""
    return timedelta(days=integer(name, default, minimum=minimum, maximum=MAX_DAYS))


def folder(name: str, default: str) -> Path:
    """The path of a folder, whose names are no longer than a file system takes."""
    value = text(name, default)
    if "\0" in value or any(len(os.fsencode(part)) > 255 for part in Path(value).parts):
        raise ImproperlyConfigured(f"{name} is {_shortened(value)!r}; use the path of a folder.")
    return Path(value)


def _shortened(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:77]}..."


def boolean(name: str, default: bool) -> bool:
    """yes/no, true/false, on/off or 1/0 in any case."""
    value = text(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use true or false.")


def csv(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list; items are stripped, blank ones left out."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def url(name: str, default: str | None = None) -> str:
    """An http or https URL without query and fragment, and without its trailing slash."""
    value = text(name, default).rstrip("/")
    if not _is_url(value):
        raise ImproperlyConfigured(f"{name} is {value!r}; use an address like https://example.com.")
    return value


def site_url(name: str, default: str | None = None) -> str:
    """The URL of a site that has its host to itself: no path, and no user or password."""
    value = url(name, default)
    parts = urlsplit(value)
    if parts.path or "@" in parts.netloc:
        raise ImproperlyConfigured(
            f"{name} must be an address like https://school.example, without path, user and"
            " password."
        )
    return value


def _is_url(value: str) -> bool:
    # urlsplit() leaves out line breaks and tabs without a word.
    if re.search(r"[\s\x00-\x1f\x7f?#\\]", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def origin(name: str) -> str:
    """An origin (scheme, host, port if unusual), or a blank string when there is none."""
    value = text(name, "")
    if value and not _is_origin(value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use an origin like https://files.example.com, in lower case and"
            " without path."
        )
    return value


def origins(name: str) -> list[str]:
    """A comma-separated list of origins as browsers send them: scheme, host, port if unusual."""
    found = csv(name, "")
    for value in found:
        if not _is_origin(value):
            raise ImproperlyConfigured(
                f"{name} contains {value!r}; use origins like https://app.example.com, in lower "
                "case, without path, wildcard or the usual port."
            )
    return found


def _is_origin(value: str) -> bool:
    match = _ORIGIN.fullmatch(value)
    port = int(match["port"] or 0) if match else 0
    return match is not None and port < 2**16 and port != _USUAL_PORTS[match["scheme"]]


def secret(name: str, default: str | Callable[[], str] | None = None) -> str:
    """A secret from NAME, or from the file whose path is in NAME_FILE, which takes precedence.

    `default` may be a function, called only when needed. Error messages never contain the value.
    """
    path = text(f"{name}_FILE", "")
    value = _read_secret_file(name, path) if path else text(name, "")
    if value:
        secret_sources[name] = SecretSource(path, hashlib.sha256(value.encode()).hexdigest())
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE: it has no default.")
    return default() if callable(default) else default


def is_from_file(name: str) -> bool:
    """Whether `secret(name)` comes from the file that NAME_FILE names."""
    return bool(text(f"{name}_FILE", ""))


def _read_secret_file(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names an empty file.")
    return value
