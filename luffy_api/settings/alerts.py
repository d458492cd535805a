"""Who is told what needs a person: by mail (EMAIL_URL, ALERT_EMAIL), by the robot of a group chat
(ALERT_WEBHOOK_URL)."""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from luffy_api.libs import robots
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


def _webhook_url() -> str:
    """The checked address, whose token is a secret; messages never repeat it."""
    url = env.secret("ALERT_WEBHOOK_URL", "")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if url and not usable:
        raise ImproperlyConfigured(
            "ALERT_WEBHOOK_URL must be the whole address that the robot's page shows, like"
            " https://oapi.dingtalk.com/robot/send?access_token=…"
        )
    return url


def _webhook_kind(url: str) -> str:
    """By the host, or as ALERT_WEBHOOK_KIND says."""
    kind = env.text("ALERT_WEBHOOK_KIND", robots.kind_of(url) or "")
    if url and kind not in robots.KINDS:
        raise ImproperlyConfigured(
            f"ALERT_WEBHOOK_KIND is {kind!r}; the host of ALERT_WEBHOOK_URL does not tell, so use"
            f" one of {', '.join(sorted(robots.KINDS))}."
        )
    return kind


def _webhook_secret(kind: str) -> str:
    secret = env.secret("ALERT_WEBHOOK_SECRET", "")
    if secret and kind not in robots.SIGNED:
        raise ImproperlyConfigured(
            "ALERT_WEBHOOK_SECRET is for robots of DingTalk and Feishu that demand a signature."
        )
    return secret


# The file of the public site's certificate, for machines that do not reach their own public
# address; blank: whoever answers for PUBLIC_URL is asked.
TLS_CERTIFICATE = env.text("TLS_CERTIFICATE", "")
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
ALERT_RECIPIENTS = _recipients()
ALERT_WEBHOOK_URL = _webhook_url()
ALERT_WEBHOOK_KIND = _webhook_kind(ALERT_WEBHOOK_URL)
ALERT_WEBHOOK_SECRET = _webhook_secret(ALERT_WEBHOOK_KIND)
# Servers refuse mail that does not come from the account which logged in.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else next(iter(ALERT_RECIPIENTS), "luffy@localhost")
)
