"""Accounts, courses with their sections, and what is shown of them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseSection,
    Enrollment,
    EnrollmentGrant,
    Teacher,
)
from luffy_api.apps.home.models import Banner, Topic
from luffy_api.apps.search.models import HotWord
from luffy_api.apps.user.models import User
from luffy_api.apps.video.models import Video

PASSWORD = "a good password"


def current_video(section) -> Video | None:
    """The section's current video as the database has it now."""
    return Video.objects.filter(section=section, is_current=True).first()


class UserFactory(factory.django.DjangoModelFactory):
    """A student whose password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"student{n}")
    nickname = factory.Sequence(lambda n: f"同学{n}")
    mobile = factory.Sequence(lambda n: f"139{n:08d}")
    email = factory.Sequence(lambda n: f"student{n}@example.com")
    password = factory.django.Password(PASSWORD)


class CategoryFactory(factory.django.DjangoModelFactory):
    """A category."""

    class Meta:
        model = CourseCategory

    name = factory.Sequence(lambda n: f"分类{n}")


class TeacherFactory(factory.django.DjangoModelFactory):
    """A teacher."""

    class Meta:
        model = Teacher

    name = factory.Sequence(lambda n: f"老师{n}")
    title = "讲师"


class CourseFactory(factory.django.DjangoModelFactory):
    """A course for 99 yuan, on sale."""

    class Meta:
        model = Course

    name = factory.Sequence(lambda n: f"课程{n}")
    kind = Course.Kind.ACTUAL
    status = Course.Status.ONLINE
    price = Decimal("99.00")
    course_category = factory.SubFactory(CategoryFactory)
    teacher = factory.SubFactory(TeacherFactory)

    class Params:
        free = factory.Trait(kind=Course.Kind.FREE, price=Decimal("0.00"))


def ready_course(**fields: Any) -> Course:
    """A draft that has all that it takes to be put on sale."""
    fields = {"status": Course.Status.OFFLINE, "course_img": "course/covers/a.webp", **fields}
    course: Course = CourseFactory(**fields)
    SectionFactory(course=course)
    return course


class ChapterFactory(factory.django.DjangoModelFactory):
    """A chapter."""

    class Meta:
        model = CourseChapter

    course = factory.SubFactory(CourseFactory)
    name = factory.Sequence(lambda n: f"章节{n}")


class SectionFactory(factory.django.DjangoModelFactory):
    """A section that must be bought; `course=` puts it into a new chapter of that course.

    `video` is the stored file of its current video, "" for none; `video_*` are fields of that.
    """

    class Meta:
        model = CourseSection

    class Params:
        course = factory.SubFactory(CourseFactory)

    chapter = factory.SubFactory(ChapterFactory, course=factory.SelfAttribute("..course"))
    name = factory.Sequence(lambda n: f"课时{n}")
    video = "course/videos/lesson.mp4"
    video_hls = ""
    video_poster = ""
    video_state = Video.State.READY
    video_note = ""
    video_plays_natively = True
    duration = 600

    @classmethod
    def _create(cls, model_class, *args, **fields):
        names = [name for name in fields if name.startswith("video_")]
        video = {name.removeprefix("video_"): fields.pop(name) for name in names}
        file = fields.pop("video")
        # A playlist that was stored by hand has no file.
        video["file"], video["hls"] = ("", file) if file.endswith(".m3u8") else (file, video["hls"])
        row = Video(**video, duration=fields["duration"], is_current=True)
        section = super()._create(model_class, *args, is_playable=row.is_playable, **fields)
        if row.file or row.hls:
            row.section = section
            row.save()
        return section


class DiscountFactory(factory.django.DjangoModelFactory):
    """20 % off since yesterday, until tomorrow, for `courses`."""

    class Meta:
        model = CourseDiscount
        skip_postgeneration_save = True

    name = "促销"
    discount_type = CourseDiscount.Type.RATE
    value = Decimal("0.80")
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))

    @factory.post_generation
    def courses(self, create, courses, **kwargs):
        """The courses it holds for."""
        self.courses.set(courses or [])


class EnrollmentFactory(factory.django.DjangoModelFactory):
    """A bought course; `source` and `reference` are those of its one grant."""

    class Meta:
        model = Enrollment

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    source = EnrollmentGrant.Source.ORDER
    reference = ""

    @classmethod
    def _create(cls, model_class, *args, **fields):
        reason = {name: fields.pop(name) for name in ("source", "reference")}
        EnrollmentGrant.objects.create(user=fields["user"], course=fields["course"], **reason)
        return super()._create(model_class, *args, **fields)


def own(user, course):
    """Let a student have a course, if they do not have it yet."""
    if not EnrollmentGrant.objects.filter(user=user, course=course).exists():
        EnrollmentFactory(user=user, course=course)


class BannerFactory(factory.django.DjangoModelFactory):
    """A banner."""

    class Meta:
        model = Banner

    title = factory.Sequence(lambda n: f"横幅{n}")
    image = "banner/one.webp"
    link = "/free-course"


class TopicFactory(factory.django.DjangoModelFactory):
    """A published topic without courses."""

    class Meta:
        model = Topic

    title = factory.Sequence(lambda n: f"专题{n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")
    brief = "好课都在这里"
    cover = "topic/one.webp"
    is_show = True
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class HotWordFactory(factory.django.DjangoModelFactory):
    """A hot word."""

    class Meta:
        model = HotWord

    word = factory.Sequence(lambda n: f"热词{n}")
