"""Whom a message goes to. Higher apps add their own: `register` in their AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from luffy_api.apps.user.models import User

STUDENT, EVERYBODY = "student", "everybody"


@dataclass(frozen=True)
class Audience:
    """Some accounts, by what the message's `audience_id` names.

    `users` are those of an id, whether they are active or not. `name` says whose audience it is,
    None where there is no such row. Staff choose among those with `is_chosen`.
    """

    key: str
    label: str
    users: Callable[[int], QuerySet[User]]
    name: Callable[[int], str | None]
    is_chosen: bool = True


def _student_name(user_id: int) -> str | None:
    user = User.objects.filter(pk=user_id).first()
    return f"{user}（{user.masked_mobile or user.username}）" if user else None


_audiences: dict[str, Audience] = {
    STUDENT: Audience(STUDENT, "一名学员", lambda pk: User.objects.filter(pk=pk), _student_name),
    EVERYBODY: Audience(
        EVERYBODY,
        "全体学员",
        lambda _: User.objects.filter(is_staff=False, is_superuser=False),
        lambda _: "全体学员",
    ),
}


def register(audience: Audience) -> None:
    """Add an audience."""
    assert audience.key not in _audiences or _audiences[audience.key] == audience
    _audiences[audience.key] = audience


def get(key: str) -> Audience | None:
    """The audience of a key."""
    return _audiences.get(key)


def labels() -> dict[str, str]:
    """Keys with their names of those that staff choose among, in the order of registration."""
    return {row.key: row.label for row in _audiences.values() if row.is_chosen}
