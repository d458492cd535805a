"""JSON web tokens: the only module that issues, verifies and revokes them.

A token is an HS256 JWT (RFC 7519), valid for settings.JWT_AUTH["JWT_EXPIRATION_DELTA"]. Its key is
derived from the user's password hash and `token_epoch`, so a new password or epoch invalidates all
older tokens. A refresh keeps `orig_iat` and `orig_jti`: they limit the login as a whole to
JWT_REFRESH_EXPIRATION_DELTA, and one RevokedToken row revokes all tokens of the login.
"""

import json
import re
import uuid
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework_jwt.settings import api_settings

from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.apps.user.models import RevokedToken, User
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.prepared_query import PreparedQuery
from luffy_api.common.transactions import retry_deadlocks

ALGORITHM = "HS256"
REQUIRED_CLAIMS = ["sub", "exp", "iat", "jti", "iss", "aud", "orig_iat", "orig_jti"]
MAX_LENGTH = 2000
ORIG_JTI = re.compile(r"[0-9a-f]{32}")
# Beyond expiry; must exceed JWT_LEEWAY.
REVOCATION_RETENTION = timedelta(hours=1)
# More than a user reaches in the time between two backups.
LOST_EPOCHS = 1000


@dataclass(frozen=True)
class IssuedToken:
    """A new token of `user` and its expiry (UTC)."""

    token: str
    expires_at: datetime
    user: User


@dataclass(frozen=True)
class VerifiedToken:
    """The claims of a token with a valid signature that is neither expired nor revoked."""

    user: User
    claims: dict[str, Any]


class TokenUser(Protocol):
    """What the key of a user's tokens is made of: a User, or a row with these columns of it."""

    password: str
    token_epoch: int


@dataclass(frozen=True, slots=True)
class ClaimedToken:
    """Whom a token names, and which login of theirs; anybody can write that."""

    token: str
    user_id: int
    login: str


def issue(user: User) -> IssuedToken:
    """The first token of a new login (a new `orig_jti`)."""
    jti = uuid.uuid4().hex
    return _sign(user, jti=jti, orig_jti=jti, orig_iat=int(timezone.now().timestamp()))


def refresh(verified: VerifiedToken) -> IssuedToken:
    """A further token of the same login. Raises InvalidToken after the refresh period."""
    claims = verified.claims
    age = timezone.now().timestamp() - claims["orig_iat"]
    if age > api_settings.JWT_REFRESH_EXPIRATION_DELTA.total_seconds():
        raise InvalidToken
    return _sign(
        verified.user,
        jti=uuid.uuid4().hex,
        orig_jti=claims["orig_jti"],
        orig_iat=claims["orig_iat"],
    )


@retry_deadlocks  # of get_or_create
def revoke(verified: VerifiedToken) -> None:
    """Revokes every token of this login; idempotent."""
    login_began = datetime.fromtimestamp(verified.claims["orig_iat"], UTC)
    lifetime = api_settings.JWT_REFRESH_EXPIRATION_DELTA + api_settings.JWT_EXPIRATION_DELTA
    RevokedToken.objects.get_or_create(
        orig_jti=verified.claims["orig_jti"],
        defaults={"user": verified.user, "expires_at": login_began + lifetime},
    )


def revoke_all(user: User) -> None:
    """Revokes all tokens and back office sessions of the user, on all devices."""
    User.objects.filter(pk=user.pk).update(token_epoch=F("token_epoch") + 1)


def revoke_all_of_everybody() -> None:
    """Revokes all tokens and sessions of all users: the database is older than what it issued.

    Logouts, new passwords and epochs of the time that was lost count nothing any more, so the new
    epochs are well beyond those that users may have reached then.
    """
    User.objects.update(token_epoch=F("token_epoch") + LOST_EPOCHS)


def clear_expired() -> int:
    """Deletes revocations whose tokens have expired; returns how many."""
    ended = timezone.now() - REVOCATION_RETENTION
    return delete_in_chunks(RevokedToken.objects.filter(expires_at__lt=ended))


def verify(token: str) -> VerifiedToken:
    """Checks signature, claims, revocation and user by one query. Raises InvalidToken."""
    claimed = read(token)
    user = _USER_OF_LOGIN.first(claimed.user_id, claimed.login)
    if user is None:
        raise InvalidToken
    return VerifiedToken(user=user, claims=prove(claimed, user))


def read(token: str) -> ClaimedToken:
    """Whom a token names, of which nothing is proven. Raises InvalidToken."""
    try:
        claims = _unverified(token)
        subject, login = claims["sub"], claims["orig_jti"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(subject, str) or not subject.isascii() or not subject.isdigit():
        raise InvalidToken
    if not isinstance(login, str) or not ORIG_JTI.fullmatch(login):
        raise InvalidToken
    return ClaimedToken(token, int(subject), login)


def prove(claimed: ClaimedToken, user: TokenUser) -> dict[str, Any]:
    """The claims of a token of this user, whom `of_login` lets use it. Raises InvalidToken."""
    try:
        return jwt.decode(
            claimed.token,
            _secret(user),
            algorithms=[ALGORITHM],
            options={"require": REQUIRED_CLAIMS},
            issuer=api_settings.JWT_ISSUER,
            audience=api_settings.JWT_AUDIENCE,
            leeway=api_settings.JWT_LEEWAY,
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise InvalidToken from error


def of_login(login: str, *, path: str = "") -> Q:
    """The condition on rows that the user at `path` ("user__") may use tokens of this login."""
    user = path.removesuffix("__") or "pk"
    revoked = RevokedToken.objects.filter(orig_jti=Value(login), user=OuterRef(user))
    return Q(~Exists(revoked), **{f"{path}is_active": True})


def user_columns(path: str) -> dict[str, F]:
    """Annotations by which a row of the user at `path` is a TokenUser."""
    return {name: F(f"{path}{name}") for name in ("password", "token_epoch")}


def _unverified(token: str) -> Any:
    if len(token) > MAX_LENGTH:
        raise ValueError
    _, payload, _ = token.split(".")
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _users_of_login(user_id: int, login: str) -> QuerySet[User]:
    return User.objects.filter(of_login(login), pk=user_id)


_USER_OF_LOGIN = PreparedQuery(_users_of_login, int, str)


def _sign(user: User, *, jti: str, orig_jti: str, orig_iat: int) -> IssuedToken:
    now = timezone.now().replace(microsecond=0)
    expires_at = now + api_settings.JWT_EXPIRATION_DELTA
    claims = {
        "sub": str(user.pk),
        "iss": api_settings.JWT_ISSUER,
        "aud": api_settings.JWT_AUDIENCE,
        "iat": now,
        "exp": expires_at,
        "jti": jti,
        "orig_jti": orig_jti,
        "orig_iat": orig_iat,
    }
    return IssuedToken(jwt.encode(claims, _secret(user), ALGORITHM), expires_at, user)


def _secret(user: TokenUser) -> bytes:
    fixed = f"{user.token_epoch}:{user.password}"
    return salted_hmac("luffy.tokens", fixed, algorithm="sha256").digest()
