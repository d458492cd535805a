"""Preview links: who holds one sees the page of a course that is not public, until it ends.

The token is signed and names course and end; nothing is stored. The site's `SECRET_KEY` signs it,
so a new key ends all links. Apps above have links of their own by `sign`.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.utils import timezone

from luffy_api.apps.course.exceptions import PreviewEnded

MAX_TOKEN_LENGTH = 200
_SALT = "luffy.course.preview"


def make_link(course_id: int) -> str:
    """The address of the course's page in the shop, with a token for `PREVIEW_LIFETIME`."""
    return f"{settings.PUBLIC_URL}/course/{course_id}?preview={make_token(course_id)}"


def make_token(course_id: int) -> str:
    """Characters that need no escape in a query."""
    return sign(course_id, salt=_SALT)


def check_token(token: str, *, course_id: int) -> datetime:
    """Return when the token ends (UTC). Raises PreviewEnded unless it is for this course."""
    return check_signed(token, row_id=course_id, salt=_SALT)


def sign(row_id: int, *, salt: str) -> str:
    """A token for a row of another table, which has a salt of its own."""
    ends_at = int((timezone.now() + settings.PREVIEW_LIFETIME).timestamp())
    return signing.Signer(salt=salt).sign_object([row_id, ends_at])


def check_signed(token: str, *, row_id: int, salt: str) -> datetime:
    """Return when what `sign` made ends (UTC). Raises PreviewEnded unless it is for this row."""
    try:
        signed_id, ends_at = signing.Signer(salt=salt).unsign_object(token)
    except signing.BadSignature as error:
        raise PreviewEnded from error
    moment = datetime.fromtimestamp(ends_at, UTC)
    if signed_id != row_id or moment <= timezone.now():
        raise PreviewEnded
    return moment
