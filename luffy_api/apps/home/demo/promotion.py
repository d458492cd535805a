"""Loads what promotes courses, from discounts to hot words. Rows that exist are not changed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.apps import apps
from django.db.models import Q, Sum
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.apps.home.demo import files, texts
from luffy_api.apps.home.demo.texts import BannerText, DiscountText
from luffy_api.apps.home.models import Banner, Topic, TopicCourse
from luffy_api.apps.promotion.models import Coupon, MembershipTerm, Package, PackageStep

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

# Title, text and courses of a stage.
Stages = Sequence[tuple[str, str, Sequence[str]]]
# Name, brief, stages.
PATHS: Sequence[tuple[str, str, Stages]] = (
    (
        "Python 全栈工程师学习路线",
        "从服务器上的第一条命令，到独立开发、部署并维护一个网站。",
        (
            (
                "打好基础",
                "会用命令行和脚本，看得懂服务器的配置。",
                ("shell-scripts", "nginx-config"),
            ),
            ("全栈开发", "从前端到后端，做出一个完整的项目。", ("python-fullstack",)),
            ("上线与运维", "让项目在真实的服务器上稳定运行。", ("linux-ops",)),
        ),
    ),
)


# Name, brief, yuan, courses.
PACKAGES = (
    ("效率提升套餐", "先让重复的工作自动化，再让程序跑得更快。", "89.00",
     ("python-automation", "go-concurrency")),
)  # fmt: skip
# Name, from how many yuan on, yuan less, courses.
COUPONS = (
    ("轻课新人券", "30.00", "10.00", ("python-automation", "go-concurrency", "sql-analysis")),
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


def load_paths(course_ids: dict[str, int]) -> None:
    """A path whose courses cost a quarter less together than alone."""
    for rank, (name, brief, stages) in enumerate(PATHS, start=1):
        if Package.objects.filter(name=name).exists():
            continue
        chosen = [course_ids[slug] for _, _, slugs in stages for slug in slugs]
        prices = Course.objects.filter(pk__in=chosen).aggregate(total=Sum("price"))["total"]
        package = Package.objects.create(
            name=name,
            brief=brief,
            is_path=True,
            course_count=len(chosen),
            price=(prices * 3 / 4).quantize(Decimal(1)),
            status=Package.Status.ON_SALE,
            orders=rank,
        )
        package.courses.set(chosen)
        PackageStep.objects.bulk_create(_steps(package, stages, course_ids))


def load_packages(course_ids: dict[str, int]) -> None:
    """Packages that are no paths, on sale."""
    for rank, (name, brief, price, slugs) in enumerate(PACKAGES, start=len(PATHS) + 1):
        if Package.objects.filter(name=name).exists():
            continue
        package = Package.objects.create(
            name=name,
            brief=brief,
            course_count=len(slugs),
            price=Decimal(price),
            status=Package.Status.ON_SALE,
            orders=rank,
        )
        package.courses.set([course_ids[slug] for slug in slugs])


def load_coupons(course_ids: dict[str, int]) -> None:
    """Coupons that may be taken for some weeks."""
    now = timezone.now()
    for rank, (name, threshold, value, slugs) in enumerate(COUPONS, start=1):
        if Coupon.objects.filter(name=name).exists():
            continue
        coupon = Coupon.objects.create(
            name=name,
            kind=Coupon.Kind.THRESHOLD,
            threshold=Decimal(threshold),
            value=Decimal(value),
            scope=Coupon.Scope.COURSE,
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=60),
            orders=rank,
        )
        coupon.courses.set([course_ids[slug] for slug in slugs])


def _steps(package: Package, stages: Stages, course_ids: dict[str, int]) -> Iterator[PackageStep]:
    place = count(10, 10)
    for title, text, slugs in stages:
        yield PackageStep(package=package, title=title, brief=text, orders=next(place))
        for slug in slugs:
            yield PackageStep(package=package, course_id=course_ids[slug], orders=next(place))


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
