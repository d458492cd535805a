"""What a text needs to be shown to other students at once."""

import re
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists
from django.utils import timezone

from luffy_api.apps.community.exceptions import LinksRefused
from luffy_api.apps.community.models import PostState
from luffy_api.apps.community.word_filter import is_filtered
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.user.models import User

# The same sent twice within this time is one post.
REPEAT = timedelta(minutes=10)
# With a scheme, with www., and names under the domains that advertisers use; not `os.path`.
_LINK = re.compile(
    r"[a-z][a-z0-9+-]*://|www\.|[a-z0-9-]\.(?:com|cn|top|xyz|cc|vip|club|site|shop|link|fun|icu)\b"
)


def has_link(text: str) -> bool:
    """Whether there is a web address in a text, also in full width or with hidden characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(each for each in folded if unicodedata.category(each) != "Cf")
    return _LINK.search(seen) is not None


def is_newcomer(user_id: int) -> bool:
    """Whether the account is younger than NEWCOMER_PERIOD, or never had a course. One query."""
    since = timezone.now() - settings.NEWCOMER_PERIOD
    had_course = Exists(EnrollmentGrant.objects.filter(user=user_id))
    return not User.objects.filter(had_course, pk=user_id, date_joined__lte=since).exists()


def require_no_links(*, user_id: int, text: str) -> None:
    """Raises LinksRefused for a link of a newcomer. No query for a text without one."""
    if has_link(text) and is_newcomer(user_id):
        raise LinksRefused


def state_of(text: str, *, reason: str = "") -> PostState:
    """Whether a text is shown: not with a word of the filter, or after staff have hidden it."""
    return PostState.PENDING if reason or is_filtered(text) else PostState.SHOWN
