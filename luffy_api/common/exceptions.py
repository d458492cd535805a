"""What services raise. They know no HTTP; the exception handler gives each kind its status."""

from luffy_api.common.codes import Code


class DomainError(Exception):
    """A rule of the shop said no.

    `message` is a Chinese sentence for the user, `errors` names the fields it is about.
    """

    code: Code = Code.INVALID

    def __init__(
        self, message: str | None = None, *, errors: dict[str, list[str]] | None = None
    ) -> None:
        self.message = message or str(self.code.label)
        self.errors = errors or {}
        super().__init__(self.message)


class RuleViolated(DomainError):
    """The request can never succeed as it stands."""


class NotFound(DomainError):
    """There is no such thing for this user."""

    code = Code.NOT_FOUND


class Unauthenticated(DomainError):
    """Only for users who are logged in."""

    code = Code.UNAUTHENTICATED


class Forbidden(DomainError):
    """The user may not do this."""

    code = Code.FORBIDDEN


class Conflict(DomainError):
    """The state of things has moved on since the user looked."""

    code = Code.CONFLICT


class TooLarge(DomainError):
    """More bytes than we take."""

    code = Code.TOO_LARGE


class TooMany(DomainError):
    """Too often; `retry_after` is in seconds."""

    code = Code.THROTTLED

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A peer that we need does not answer; trying again later may help."""

    code = Code.UNAVAILABLE
