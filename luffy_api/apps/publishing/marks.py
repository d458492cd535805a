"""Marks the actions of views whose answers are published."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from luffy_api.apps.publishing.versions import MAX_ANSWER_AGE

Action = TypeVar("Action", bound=Callable[..., Any])
ATTRIBUTE = "published"


@dataclass(frozen=True)
class Mark:
    """`max_age` in seconds, beside what every answer must hold to (`versions.Version.holds`)."""

    max_age: float


def published(*, max_age: float = MAX_ANSWER_AGE) -> Callable[[Action], Action]:
    """Mark an action: without a token its answer depends on path and query alone.

    And on what `changes.register` and `versions.change_by_themselves` were told, or it is known to
    be at most `max_age` seconds old.
    """

    def mark(action: Action) -> Action:
        setattr(action, ATTRIBUTE, Mark(max_age))
        return action

    return mark


def mark_of(view: Any) -> Mark | None:
    """The mark of the action with which a view of DRF answers GET."""
    action: str = getattr(view, "actions", {}).get("get", "")
    return getattr(getattr(getattr(view, "cls", None), action, None), ATTRIBUTE, None)
