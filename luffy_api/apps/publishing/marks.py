"""Marks the actions of views whose answers are published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from luffy_api.apps.publishing.versions import MAX_ANSWER_AGE

Action = TypeVar("Action", bound=Callable[..., Any])
Response = TypeVar("Response")
ATTRIBUTE, TERMS = "published", "published_terms"
# Called with user_id and the arguments of the URL. What is different for this student in `data` of
# a visitor's answer; None if all of it is.
Personal = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True)
class Mark:
    """`max_age` in seconds, beside what every answer must hold to (`versions.Version.holds`)."""

    max_age: float
    personal: Personal | None


def published(
    *, max_age: float = MAX_ANSWER_AGE, personal: Personal | None = None
) -> Callable[[Action], Action]:
    """Mark an action: without a token its answer depends on path and query alone.

    And on what `publications.register` and `versions.change_by_themselves` know, or it may be at
    most `max_age` seconds old. `personal` says what a token changes; without it an answer to
    a token is made each time.
    """

    def mark(action: Action) -> Action:
        setattr(action, ATTRIBUTE, Mark(max_age, personal))
        return action

    return mark


@dataclass(frozen=True)
class Terms:
    """What a marked action says of one answer: whether to keep it, and what to do with requests.

    `on_repeat` is called with each further request that the kept answer serves. It waits for
    nothing and raises nothing.
    """

    keep: bool = True
    on_repeat: Callable[[Any], None] | None = None


def under(terms: Terms, response: Response) -> Response:
    """The response, published on these terms."""
    setattr(response, TERMS, terms)
    return response


def terms_of(response: Any) -> Terms:
    """What was said of it."""
    found: Terms = getattr(response, TERMS, Terms())
    return found


def mark_of(view: Any) -> Mark | None:
    """The mark of the action with which a view of DRF answers GET."""
    action: str = getattr(view, "actions", {}).get("get", "")
    return getattr(getattr(getattr(view, "cls", None), action, None), ATTRIBUTE, None)


def nothing_personal(**_: Any) -> Mapping[str, Any]:
    """A student's answer is that of a visitor."""
    return {}
