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
# Endings of names that are addresses wherever they stand.
_SURE = "com|cn|xyz|vip|icu|中国|公司|网络|网址"
# Endings that programs have as names, too: `java.io`, `data.co = 1`.
_MAYBE = (
    "net|org|io|co|me|info|biz|pro|app|dev|live|work|store|online|tech|cloud|ai|gg|tv|ly|tk|ink"
    "|ltd|win|ren|wang|mobi|top|cc|club|site|shop|link|fun"
)
# Of short links: with a path only.
_SHORT = "be|gl|gd|de|jp|uk|us|hk|tw|ru|kr|eu|im|la|to|fm"
# What stands before the point in programs.
_NAMES = (
    "self|this|that|root|row|data|obj|user|req|res|request|response|config|node|item|event|math"
    "|time|sys|java|socket|std|asp|vb|ado|img|rect|log|logger|logging|console|window|document"
    "|page|form|state|props|session|model|player|result|app|vue|vuex|react|redux|flask|django"
    "|stack|heap|queue|deque|list|style|css|el|elem|element|box|parent|offset|margin|position|view"
)
_BEGIN = rf"(?<![a-z0-9_.-])(?!(?:{_NAMES})\.)"
# With a scheme, with www., a name under these endings, or a number with a port or path. Chinese
# letters may stand right before and behind: 加example.com领资料.
_LINK = re.compile(
    r"[a-z][a-z0-9+-]*://|www\."
    rf"|(?:[\w-]\.|[a-z0-9-]。)(?:{_SURE})(?![a-z0-9])"
    rf"|{_BEGIN}(?:[a-z0-9-]+\.)*[a-z0-9-]{{3,}}\.(?:{_MAYBE})(?![a-z0-9_/]|\.[a-z]|\s*[*%=<>(\[])"
    rf"|{_BEGIN}(?:[a-z0-9-]+\.)+(?:{_MAYBE}|{_SHORT})(?::\d+)?/(?:[^\W_]|\s|$)"
    r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+|/[a-z])"
)
# Where somebody tries out a program of their own.
_OWN_MACHINE = re.compile(
    r"(?<![\w.@-])(?:https?://)?(?:localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}"
    r"|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?::\d{1,5})?"
    r"(?![a-z0-9_.@:-])"
)
# Letters and signs that are drawn as nothing.
_BLANK = "\u2800\u115f\u1160\u3164\uffa0"
# Format characters and marks, which may stand unseen inside a name.
_UNSEEN = frozenset({"Cf", "Mn"})


def has_link(text: str) -> bool:
    """Whether there is a web address in a text, also in full width or with hidden characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(each for each in folded if unicodedata.category(each) not in _UNSEEN)
    return _LINK.search(_OWN_MACHINE.sub(" ", seen)) is not None


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


def has_something_to_read(text: str) -> bool:
    """Whether a text has a letter, a digit or a sign that one can see."""
    return any(unicodedata.category(each)[0] in "LNPS" for each in text if each not in _BLANK)
