"""Mail to the people who run the school: EMAIL_URL and ALERT_EMAIL."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from luffy_api.settings import env

SHAPE = (
    "EMAIL_URL must be like smtp+ssl://user:password@smtp.example.com:465, or smtp+tls with port"
    " 587, with @ / : of user and password written as %40 %2F %3A."
)
SMTP = "django.core.mail.backends.smtp.EmailBackend"
IMPLICIT_TLS_PORT = 465


def parse(address: str) -> dict[str, Any]:
    """EMAIL_ settings of an address. Raises ImproperlyConfigured, which never repeats it."""
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        values = environ.Env.email_url_config(address)
    except (ImproperlyConfigured, KeyError, ValueError):
        raise ImproperlyConfigured(SHAPE) from None
    if values["EMAIL_BACKEND"] == SMTP and not values["EMAIL_HOST"]:
        raise ImproperlyConfigured(SHAPE)
    # django-environ reads smtps as STARTTLS, which no server speaks on this port.
    implicit = values.pop("EMAIL_USE_SSL", False) or values["EMAIL_PORT"] == IMPLICIT_TLS_PORT
    starttls = values.pop("EMAIL_USE_TLS", False) and not implicit
    values["EMAIL_PORT"] = values["EMAIL_PORT"] or _port(implicit=implicit, starttls=starttls)
    return {**values, "EMAIL_USE_SSL": implicit, "EMAIL_USE_TLS": starttls}


def _port(*, implicit: bool, starttls: bool) -> int:
    if implicit:
        return IMPLICIT_TLS_PORT
    return 587 if starttls else 25


def _recipients() -> list[str]:
    addresses = env.csv("ALERT_EMAIL", "")
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(
                f"ALERT_EMAIL: {address!r} is not an e-mail address."
            ) from None
    if addresses and not env.secret("EMAIL_URL", ""):
        raise ImproperlyConfigured("ALERT_EMAIL needs EMAIL_URL: the server that sends the mail.")
    return addresses


_mail = parse(env.secret("EMAIL_URL", ""))
EMAIL_BACKEND: str = _mail["EMAIL_BACKEND"]
EMAIL_HOST: str = _mail.get("EMAIL_HOST") or ""
EMAIL_PORT: int = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER: str = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_FILE_PATH: str = _mail.get("EMAIL_FILE_PATH") or ""
EMAIL_USE_SSL: bool = _mail.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS: bool = _mail.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10  # seconds
# Who is told when something needs a person; see luffy_api/common/alerts.py.
ALERT_RECIPIENTS = _recipients()
# Servers refuse mail that does not come from the account which logged in.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else next(iter(ALERT_RECIPIENTS), "luffy@localhost")
)
