"""What a text needs to be shown to other students at once."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists
from django.utils import timezone

from luffy_api.apps.community.exceptions import LinksRefused
from luffy_api.apps.community.links import certain_link, may_have_link
from luffy_api.apps.community.models import PostState
from luffy_api.apps.community.word_filter import is_filtered
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.user.models import User

# The same sent twice within this time is one post.
REPEAT = timedelta(minutes=10)


def is_newcomer(user_id: int) -> bool:
    """Whether the account is younger than NEWCOMER_PERIOD, or never had a course. One query."""
    since = timezone.now() - settings.NEWCOMER_PERIOD
    had_course = Exists(EnrollmentGrant.objects.filter(user=user_id))
    return not User.objects.filter(had_course, pk=user_id, date_joined__lte=since).exists()


def require_no_links(*, user_id: int, text: str) -> None:
    """Raises LinksRefused for a link of a newcomer. No query for a text without one."""
    if (link := certain_link(text)) and is_newcomer(user_id):
        raise LinksRefused(link)


def state_of(text: str, *, user_id: int, reason: str = "") -> PostState:
    """Whether a text is shown at once.

    Not with a word of the filter, nor after staff have hidden it, nor with what may be a link of a
    newcomer.
    """
    waits = reason or is_filtered(text) or (may_have_link(text) and is_newcomer(user_id))
    return PostState.PENDING if waits else PostState.SHOWN
