"""What the shop knows about one person, to take along.

This app knows the account. Apps above it add what they keep: their AppConfig.ready calls
`register("orders", function)`, so nothing here has to know of them.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from luffy_api.apps.user.models import User

Exporter = Callable[[int], Any]
_exporters: dict[str, Exporter] = {}


def register(name: str, exporter: Exporter) -> None:
    """`exporter(user_id)` answers plain lists and dicts, with a fixed number of queries."""
    assert _exporters.get(name, exporter) is exporter, f"two exporters named {name}"
    _exporters[name] = exporter


def export(user: User) -> dict[str, Any]:
    """Everything, by subject."""
    parts = {name: exporter(user.pk) for name, exporter in sorted(_exporters.items())}
    return {"exported_at": timezone.now(), "account": _account(user), "logins": _logins(user)} | (
        parts
    )


def _account(user: User) -> dict[str, Any]:
    """With the whole mobile: it is the person's own, and a copy of one's data must be complete."""
    return {
        "id": user.pk,
        "username": user.username,
        "nickname": user.nickname,
        "signature": user.signature,
        "mobile": user.mobile,
        "email": user.email,
        "icon": user.icon.url if user.icon else None,
    }


def _logins(user: User) -> dict[str, Any]:
    return {"joined": user.date_joined, "latest": user.last_login}
