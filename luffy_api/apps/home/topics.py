"""Reads of topics: those that visitors see now, and one with its courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.course import card_fragments, previews
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.exceptions import PreviewEnded
from luffy_api.apps.home.exceptions import TopicNotFound
from luffy_api.apps.home.models import Topic, TopicCourse

MAX_TOPICS = 60
MAX_COURSES = 60
_PREVIEWS = "luffy.home.topic.preview"


@dataclass(frozen=True)
class TopicPage:
    """A topic with the cards of its courses that are listed, in the order of the topic."""

    topic: Topic
    courses: Sequence[Fragment]


def current_topics() -> QuerySet[Topic]:
    """The first MAX_TOPICS that visitors see now, without their texts. One query."""
    return Topic.objects.current(timezone.now()).defer("text")[:MAX_TOPICS]


def topic_page(*, slug: str) -> TopicPage:
    """One that visitors see now. Two queries, and those of the cards that are not known.

    Raises TopicNotFound.
    """
    topic = Topic.objects.current(timezone.now()).filter(slug=slug).first()
    # MariaDB leaves blanks at the end out of comparisons.
    if topic is None or topic.slug != slug:
        raise TopicNotFound
    return _page_of(topic)


def make_preview_link(topic: Topic) -> str:
    """The address of its page in the shop, with a token for `PREVIEW_LIFETIME`."""
    token = previews.sign(topic.pk, salt=_PREVIEWS)
    return f"{settings.PUBLIC_URL}/topic/{topic.slug}?preview={token}"


def topic_preview(*, slug: str, token: str) -> tuple[TopicPage, datetime]:
    """A topic as visitors will see it, and when the link ends (UTC). Queries as of a page.

    Raises PreviewEnded.
    """
    topic = Topic.objects.filter(slug=slug, is_delete=False).first()
    if topic is None:
        raise PreviewEnded
    ends_at = previews.check_signed(token, row_id=topic.pk, salt=_PREVIEWS)
    return _page_of(topic), ends_at


def _page_of(topic: Topic) -> TopicPage:
    entries = TopicCourse.objects.filter(topic=topic).order_by("orders", "id")
    ids = list(entries.values_list("course", flat=True)[:MAX_COURSES])
    cards = card_fragments.load_listed(ids)
    return TopicPage(topic, [cards[pk] for pk in ids if pk in cards])


def next_topic_change(after: datetime) -> datetime | None:
    """When a topic begins or ends next after a moment (UTC). One query."""
    moments = Topic.objects.visible().aggregate(
        begins=Min("starts_at", filter=Q(starts_at__gt=after)),
        ends=Min("ends_at", filter=Q(ends_at__gt=after)),
    )
    return min((moment for moment in moments.values() if moment), default=None)
