"""Loads discounts, memberships, banners, topics and hot words. Rows that exist are not changed."""

from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.home.demo import files, texts
from luffy_api.apps.home.demo.texts import BannerText, DiscountText
from luffy_api.apps.home.models import Banner, Topic, TopicCourse
from luffy_api.apps.promotion.models import MembershipTerm

TYPES = {
    "free": CourseDiscount.Type.FREE,
    "rate": CourseDiscount.Type.RATE,
    "minus": CourseDiscount.Type.MINUS,
}
# Name, calendar months, yuan, brief.
TERMS = (
    ("月度会员", 1, "39.00", ""),
    ("季度会员", 3, "99.00", "平均每月 33 元"),
    ("年度会员", 12, "299.00", "平均每月不到 25 元"),
)


def load_discounts(course_ids: dict[str, int]) -> None:
    """Discounts that have ended, are running and are to come."""
    for rank, text in enumerate(texts.discounts(), start=1):
        if not CourseDiscount.objects.filter(name=text["name"]).exists():
            row = _discount(text, rank)
            row.save()
            row.courses.set([course_ids[slug] for slug in text["courses"]])


def _discount(text: DiscountText, rank: int) -> CourseDiscount:
    now = timezone.now()
    return CourseDiscount(
        name=text["name"],
        discount_type=TYPES[text["type"]],
        value=Decimal(text["value"]),
        starts_at=now + timedelta(days=text["starts_in_days"]),
        ends_at=now + timedelta(days=text["ends_in_days"]),
        orders=rank,
    )


def load_memberships() -> None:
    """Terms of membership."""
    for rank, (name, months, price, brief) in enumerate(TERMS, start=1):
        MembershipTerm.objects.get_or_create(
            name=name,
            defaults={"months": months, "price": Decimal(price), "brief": brief, "orders": rank},
        )


def load_banners(course_ids: dict[str, int]) -> None:
    """Banners; those of courses link to them by id."""
    for rank, text in enumerate(texts.banners(), start=1):
        image = files.banner(text["slug"])
        if not Banner.objects.filter(Q(title=text["title"]) | Q(image=image)).exists():
            Banner.objects.create(
                title=text["title"],
                image=image,
                phone_image=files.phone_banner(text["slug"]),
                link=_link(text, course_ids),
                orders=rank,
            )


def _link(text: BannerText, course_ids: dict[str, int]) -> str:
    if "course" in text:
        return f"/course/{course_ids[text['course']]}"
    return text.get("link", "")


def load_topics(course_ids: dict[str, int]) -> None:
    """Topics with their courses, shown from now on."""
    for rank, text in enumerate(texts.topics(), start=1):
        if Topic.objects.filter(Q(title=text["title"]) | Q(slug=text["slug"])).exists():
            continue
        topic = Topic.objects.create(
            title=text["title"],
            slug=text["slug"],
            brief=text["brief"],
            cover=files.topic(text["slug"]),
            text=text["text"],
            orders=rank,
            is_show=True,
        )
        TopicCourse.objects.bulk_create(
            TopicCourse(topic=topic, course_id=course_ids[slug], orders=place)
            for place, slug in enumerate(text["courses"], start=1)
        )


def load_hot_words() -> None:
    """Hot words of the search app, a sibling whose modules may not be imported here."""
    words = apps.get_model("search", "HotWord")._default_manager
    for rank, word in enumerate(texts.hot_words(), start=1):
        words.get_or_create(word=word, defaults={"orders": rank})
