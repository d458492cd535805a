"""`load_demo` fills an empty database with a small school, once."""

import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from luffy_api.apps.community.models import Answer, PostState, Question, Rating
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
from luffy_api.apps.home.demo import files, texts
from luffy_api.apps.home.models import Banner, Topic
from luffy_api.apps.learning.models import QuizQuestion
from luffy_api.apps.learning.quiz_questions import QuestionKind
from luffy_api.apps.promotion import packages, selectors
from luffy_api.apps.promotion.models import Coupon, Package, PackageStep
from luffy_api.apps.user.models import User
from luffy_api.common.file_checks import check_download
from luffy_api.libs.rich_text.cleaning import clean

pytestmark = pytest.mark.django_db
LOADED = (
    User,
    CourseCategory,
    Teacher,
    Course,
    CourseChapter,
    CourseSection,
    CourseDiscount,
    Banner,
    Topic,
    Package,
    PackageStep,
    Rating,
    Question,
    Answer,
    Enrollment,
)


def storages_in(folder: Path) -> dict[str, Any]:
    """STORAGES with public and private files in this folder."""
    backends = {
        name: {
            **settings.STORAGES[name],
            "OPTIONS": {"location": folder / name, "base_url": f"/{name}/"},
        }
        for name in ("default", "private")
    }
    return {**settings.STORAGES, **backends}


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> Path:
    """Public and private files of this test only."""
    settings.STORAGES = storages_in(tmp_path)
    return tmp_path


def load() -> str:
    """Runs the command; what it printed."""
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every loaded row with all its columns."""
    models: list[type[Model]] = [
        *LOADED,
        apps.get_model("search", "HotWord"),
        CourseDiscount.courses.through,
    ]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }


def stored(folder: Path) -> dict[str, int]:
    """Every stored file with the time of its last change."""
    return {str(p): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


class TestTheLoadedSchool:
    """What nobody changes is loaded once for all who look at it."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def folders(
        cls,
        django_db_setup: None,
        django_db_blocker: DjangoDbBlocker,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Iterator[Path]:
        """The files of this class."""
        folder = tmp_path_factory.mktemp("demo")
        with (
            django_db_blocker.unblock(),
            override_settings(STORAGES=storages_in(folder)),
            transaction.atomic(),
        ):
            load()
            yield folder
            transaction.set_rollback(True)

    def test_the_school_has_its_promised_size(self) -> None:
        kinds = Counter(Course.objects.listed().values_list("kind", flat=True))
        assert Course.objects.count() >= 24
        assert all(kinds[kind] >= 8 for kind in Course.Kind)
        assert CourseCategory.objects.count() == 6
        assert Teacher.objects.count() == 8
        assert Banner.objects.count() == 3
        assert [topic.entries.count() for topic in Topic.objects.current(timezone.now())] == [4, 6]
        assert apps.get_model("search", "HotWord")._default_manager.count() == 8
        for field, choices in (
            ("status", Course.Status),
            ("level", Course.Level),
            ("course_type", Course.CourseType),
        ):
            assert set(Course.objects.values_list(field, flat=True)) == set(choices)

    def test_every_course_is_complete(self) -> None:
        for course in Course.objects.prefetch_related("coursechapters__coursesections"):
            chapters = [list(c.coursesections.all()) for c in course.coursechapters.all()]
            assert 4 <= len(chapters) <= 8, course.name
            assert all(3 <= len(sections) <= 6 for sections in chapters), course.name
            assert course.pub_sections == sum(map(len, chapters)) <= course.sections
            assert chapters[0][0].free_trail
            assert chapters[0][0].section_type == CourseSection.SectionType.VIDEO
            assert clean(course.detail).html == course.detail
            course.full_clean()
        for topic in Topic.objects.all():
            assert clean(topic.text).html == topic.text
            topic.full_clean()

    @pytest.mark.any_database
    def test_sections_share_one_video_and_texts_have_content(self) -> None:
        videos = CourseSection.objects.filter(section_type=CourseSection.SectionType.VIDEO)
        others = CourseSection.objects.exclude(section_type=CourseSection.SectionType.VIDEO)
        names = videos.filter(videos__is_current=True).values_list("videos__file", "videos__hls")
        assert len(names) == videos.filter(is_playable=True).count() == videos.count()
        assert set(names) == {(files.VIDEO, ""), ("", files.PLAYLIST)}
        assert not others.filter(content="").exists()
        assert not others.filter(videos__isnull=False).exists()
        exercises = others.filter(section_type=CourseSection.SectionType.EXERCISE)
        free = exercises.filter(chapter__course__kind=Course.Kind.FREE)
        assert free.exists()
        assert not free.filter(answer="").exists()

    @pytest.mark.any_database
    def test_a_quiz_has_questions_of_every_kind(self) -> None:
        section = CourseSection.objects.get(section_type=CourseSection.SectionType.QUIZ)
        rows = QuizQuestion.objects.filter(quiz=section.pk)
        assert section.question_count == rows.count()
        assert set(rows.values_list("kind", flat=True)) == set(QuestionKind)
        for row in rows:
            row.full_clean()
        assert sum(row.points for row in rows) == 10

    @pytest.mark.any_database
    def test_discounts_are_running_ended_and_to_come(self) -> None:
        now = timezone.now()
        running = CourseDiscount.objects.running(now)
        assert set(running.values_list("discount_type", flat=True)) == set(CourseDiscount.Type)
        assert CourseDiscount.objects.filter(ends_at__lt=now).exists()
        assert CourseDiscount.objects.filter(starts_at__gt=now).exists()
        assert all(d.courses.count() >= 2 for d in CourseDiscount.objects.all())

    @pytest.mark.any_database
    def test_every_named_file_is_stored(self) -> None:
        pictures = [course.course_img.name for course in Course.objects.all()]
        pictures += [teacher.image.name for teacher in Teacher.objects.all()]
        pictures += [banner.image.name for banner in Banner.objects.all()]
        pictures += [topic.cover.name for topic in Topic.objects.all()]
        assert all(storages["default"].exists(name or "") for name in pictures)
        with storages["private"].open(files.PLAYLIST) as playlist:
            parts = [
                line for line in playlist.read().decode().splitlines() if not line.startswith("#")
            ]
        assert parts
        assert all(storages["private"].exists(f"course/videos/demo/hls/{part}") for part in parts)
        assert storages["private"].exists(files.VIDEO)
        assert all(storages["private"].exists(name) for name in files.attachments().values())

    @pytest.mark.any_database
    def test_some_courses_have_something_to_download(self) -> None:
        courses = Course.objects.exclude(attachment_path="")
        assert courses.count() >= 3
        assert {course.price > 0 for course in courses} == {True, False}
        for course in courses:
            # What the form of the back office would take, under a name for people.
            with storages["private"].open(course.attachment_path.name) as file:
                check_download(file)
                assert file.size < 20_000
            assert PurePosixPath(course.attachment_path.name).name == f"{course.name} 课件.zip"

    @pytest.mark.any_database
    def test_what_is_downloaded_can_be_unpacked_and_run(self) -> None:
        for stored_name in files.attachments().values():
            with storages["private"].open(stored_name) as file, zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
                named = {name: archive.read(name).decode() for name in archive.namelist()}
            assert all(f"`{name}`" in named["读我.md"] for name in named if name != "读我.md")
            for name in named:
                if name.endswith(".py"):
                    compile(named[name], name, "exec")
            shop = sqlite3.connect(":memory:")
            # Files with data come before those with answers.
            for name in named:
                if name.endswith(".sql"):
                    shop.executescript(named[name])
            shop.close()

    @pytest.mark.any_database
    def test_banners_lead_to_courses(self) -> None:
        course = Course.objects.get(name="Django REST 在线商城实战")
        assert Banner.objects.filter(link=f"/course/{course.pk}").exists()

    @pytest.mark.any_database
    def test_the_accounts_open_with_their_passwords(self) -> None:
        student, admin = User.objects.get(username="student"), User.objects.get(username="admin")
        assert student.mobile == "13800000001"
        assert student.check_password("luffy-student")
        assert not student.is_staff
        assert admin.is_superuser
        assert admin.is_staff
        assert admin.check_password("luffy-admin")

    @pytest.mark.any_database
    def test_the_path_is_cheaper_than_its_courses_and_in_stages(self) -> None:
        [offer, plain] = packages.listed()

        assert (plain.package.is_path, plain.is_cheaper, plain.why) == (False, True, "")
        assert (offer.package.is_path, offer.is_cheaper, offer.why) == (True, True, "")
        assert [stage.title for stage in offer.stages] == ["打好基础", "全栈开发", "上线与运维"]
        assert sum(len(stage.courses) for stage in offer.stages) == offer.package.course_count

    def test_the_students_have_rated_courses_and_one_has_asked(self) -> None:
        rated = Course.objects.filter(rating_count__gt=0)
        found = {row.name: (str(row.rating_average), row.rating_count) for row in rated}
        assert found == {"Git 与团队协作": ("4.50", 2), "JavaScript 语言基础": ("4.00", 1)}
        assert set(Rating.objects.values_list("state", flat=True)) == {Rating.State.SHOWN}
        [question], [answer] = Question.objects.all(), Answer.objects.all()
        assert (question.user.username, answer.user.username) == ("student2", "student")
        assert (question.state, answer.state) == (PostState.SHOWN, PostState.SHOWN)
        assert (question.answer_count, answer.accepted_for) == (1, question)
        assert (question.section.name, question.position) == ("从容处理冲突", 12)


def test_a_second_time_changes_nothing(folders: Path) -> None:
    load()
    before, files_before = rows(), stored(folders)

    load()

    assert rows() == before
    assert stored(folders) == files_before


@pytest.mark.any_database
def test_what_an_admin_changed_stays() -> None:
    load()
    Course.objects.filter(name="Python 爬虫实战").update(name="爬虫进阶", price="88.00")
    Teacher.objects.filter(name="林知夏").update(name="林老师")
    Banner.objects.update(is_show=False)
    admin = User.objects.get(username="admin")
    admin.set_password("another-secret")
    admin.save()
    before = rows()

    load()

    assert rows() == before


@pytest.mark.any_database
def test_a_broken_copy_is_repaired() -> None:
    load()
    storages["default"].delete(files.cover("go-tour"))

    load()

    assert storages["default"].exists(files.cover("go-tour"))


@pytest.mark.any_database
def test_production_is_refused(settings: Settings) -> None:
    settings.DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="演示数据只能在开发环境载入"):
        load()

    assert not Course.objects.exists()
    assert not User.objects.exists()


def test_pictures_are_light_and_the_video_is_short() -> None:
    pictures = list(files.ASSETS.rglob("*.webp"))
    video_files = [p for p in (files.ASSETS / "video").rglob("*") if p.is_file()]

    assert {p.stem for p in pictures} >= {course["slug"] for course in texts.courses()}
    assert all(p.stat().st_size < 80_000 for p in pictures)
    assert sum(p.stat().st_size for p in video_files) < 2_000_000


@pytest.mark.any_database
def test_a_coupon_a_price_for_members_and_a_study_period_are_there():
    load()
    load()

    coupon = Coupon.objects.get()
    assert coupon in Coupon.objects.claimable(timezone.now())
    assert all(not row.why for row in selectors.preview(coupon, limit=9))
    [course] = Course.objects.exclude(vip_price=None)
    assert course.vip_price_fault == ""
    assert Course.objects.exclude(study_months=None).count() == 1


@pytest.mark.any_database
def test_a_course_that_is_not_free_any_more_is_not_rated():
    load()
    for model in (Question, Rating, Enrollment, EnrollmentGrant):
        model.objects.all().delete()
    Course.objects.filter(name="JavaScript 语言基础").update(kind=Course.Kind.LIGHT, price="9.00")

    load()

    assert not Rating.objects.exists()


@pytest.mark.any_database
def test_what_a_student_took_back_stays_away():
    load()
    Rating.objects.all().delete()
    Enrollment.objects.all().delete()

    load()

    assert not Rating.objects.exists()
    assert not Enrollment.objects.exists()
    assert EnrollmentGrant.objects.exists()
