"""Errors that services raise; exception_handler.py maps each class to an HTTP status."""

from luffy_api.common.codes import Code


class DomainError(Exception):
    """A business rule was violated.

    `message` is a Chinese sentence for the user, by default the label of `code`; `errors` maps
    form fields to sentences.
    """

    code: Code = Code.INVALID
    # Extra keys of the envelope, each the address of the URL with that name.
    links: dict[str, str] = {}

    def __init__(
        self, message: str | None = None, *, errors: dict[str, list[str]] | None = None
    ) -> None:
        self.message = message or str(self.code.label)
        self.errors = errors or {}
        super().__init__(self.message)


class RuleViolated(DomainError):
    """400: the request cannot succeed without a change."""


class NotFound(DomainError):
    """404: it does not exist, or not for this user."""

    code = Code.NOT_FOUND


class Unauthenticated(DomainError):
    """401: authentication is required."""

    code = Code.UNAUTHENTICATED


class Forbidden(DomainError):
    """403: the user lacks permission."""

    code = Code.FORBIDDEN


class Conflict(DomainError):
    """409: the state has changed since the client read it."""

    code = Code.CONFLICT


class TooLarge(DomainError):
    """413: too many bytes."""

    code = Code.TOO_LARGE


class TooMany(DomainError):
    """429: a rate limit; `retry_after` in seconds."""

    code = Code.THROTTLED

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """503: a required service does not answer; a later attempt may succeed."""

    code = Code.UNAVAILABLE
