"""Export of all data that is stored about one user.

This app exports the account. Higher apps add their own data: their AppConfig.ready calls
`register("orders", function)`, so this app need not import them.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from luffy_api.apps.user import consents, logins, notes
from luffy_api.apps.user.models import SocialAccount, User

Exporter = Callable[[int], Any]
_exporters: dict[str, Exporter] = {}
# What `export` says itself.
_OWN = frozenset({"exported_at", "account", "social_accounts", "logins", "consents", "notes"})


def register(name: str, exporter: Exporter) -> None:
    """`exporter(user_id)` returns JSON-serialisable data by a fixed number of queries."""
    assert name not in _OWN, f"{name} is exported by the account itself"
    assert _exporters.get(name, exporter) is exporter, f"two exporters named {name}"
    _exporters[name] = exporter


def export(user: User) -> dict[str, Any]:
    """The export by subject: `exported_at` (UTC), `account`, `social_accounts`, `logins`, …"""
    parts = {name: exporter(user.pk) for name, exporter in sorted(_exporters.items())}
    return {
        "exported_at": timezone.now(),
        "account": _account(user),
        "social_accounts": _social_accounts(user),
        "logins": _logins(user),
        "consents": _consents(user),
        "notes": _notes(user),
        **parts,
    }


def _account(user: User) -> dict[str, Any]:
    """With the unmasked mobile, since the copy must be complete."""
    return {
        "id": user.pk,
        "username": user.username,
        "nickname": user.nickname,
        "signature": user.signature,
        "mobile": user.mobile,
        "email": user.email,
        "icon": user.icon.url if user.icon else None,
    }


def _social_accounts(user: User) -> list[dict[str, Any]]:
    rows = SocialAccount.objects.filter(user=user)
    names = ("provider", "app_id", "openid", "unionid", "created_time")
    return list(rows.values(*names))


def _logins(user: User) -> dict[str, Any]:
    rows = logins.of_student(user.pk)
    kept = [
        {"at": row.created_time, "way": row.get_way_display(), "address": row.address}
        for row in rows
    ]
    return {"joined": user.date_joined, "latest": user.last_login, "kept": kept}


def _consents(user: User) -> list[dict[str, Any]]:
    return [
        {
            "agreement": row.agreement.kind,
            "version": row.agreement.version,
            "agreed_at": row.created_time,
        }
        for row in consents.agreed_by(user.pk)
    ]


def _notes(user: User) -> list[dict[str, Any]]:
    """What staff have written about the student, without their names."""
    return [{"text": row.text, "written": row.created_time} for row in notes.of_student(user.pk)]
