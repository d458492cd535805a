"""Loads categories, teachers and courses. Rows that exist are not changed.

A row is recognised by its name, or by its picture when an admin has renamed it. Ids are queried
after every bulk insert, because not every database returns them.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Teacher,
)
from luffy_api.apps.home.demo import files, texts
from luffy_api.apps.home.demo.texts import ChapterText, CourseText, SectionText
from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.apps.video import services as video_services
from luffy_api.apps.video.models import Video

VIDEO = CourseSection.SectionType.VIDEO


def load_categories() -> dict[str, int]:
    """Ids by name."""
    return {
        name: CourseCategory.objects.get_or_create(name=name, defaults={"orders": rank})[0].pk
        for rank, name in enumerate(texts.categories(), start=1)
    }


def load_teachers() -> dict[str, int]:
    """Ids by the name in the texts."""
    wanted = texts.teachers()
    known = _teacher_ids()
    Teacher.objects.bulk_create(
        Teacher(
            name=text["name"],
            role=text["role"],
            title=text["title"],
            signature=text["signature"],
            brief=text["brief"],
            image=files.portrait(text["slug"]),
            orders=rank,
        )
        for rank, text in enumerate(wanted, start=1)
        if text["name"] not in known
    )
    return _teacher_ids()


def _teacher_ids() -> dict[str, int]:
    ids = {}
    for text in texts.teachers():
        same = Q(name=text["name"]) | Q(image=files.portrait(text["slug"]))
        row = Teacher.objects.filter(same).order_by("id").first()
        if row:
            ids[text["name"]] = row.pk
    return ids


def load_courses(category_ids: dict[str, int], teacher_ids: dict[str, int]) -> dict[str, int]:
    """Ids by slug. A course that exists keeps its chapters too."""
    known = course_ids()
    missing = [text for text in texts.courses() if text["slug"] not in known]
    Course.objects.bulk_create(
        _course(text, category_ids[text["category"]], teacher_ids[text["teacher"]])
        for text in missing
    )
    ids = course_ids()
    _load_chapters({ids[text["slug"]]: text["chapters"] for text in missing})
    return ids


def course_ids() -> dict[str, int]:
    """Ids of the demo courses that exist, by slug."""
    rows = list(Course.objects.order_by("-id").values_list("id", "name", "course_img"))
    by_name = {name: pk for pk, name, _ in rows}
    by_cover = {image: pk for pk, _, image in rows}
    found = {
        text["slug"]: by_name.get(text["name"]) or by_cover.get(files.cover(text["slug"]))
        for text in texts.courses()
    }
    return {slug: pk for slug, pk in found.items() if pk}


def _course(text: CourseText, category_id: int, teacher_id: int) -> Course:
    written = sum(len(chapter["sections"]) for chapter in text["chapters"])
    same_kind = [course["slug"] for course in texts.courses() if course["kind"] == text["kind"]]
    return Course(
        name=text["name"],
        kind=text["kind"],
        course_type=text["course_type"],
        course_img=files.cover(text["slug"]),
        brief=text["brief"],
        detail=text["detail"],
        level=text["level"],
        status=text["status"],
        pub_date=_pub_date(text),
        period=text["period"],
        price=Decimal(text["price"]),
        vip_price=Decimal(text["vip_price"]) if "vip_price" in text else None,
        study_months=text.get("study_months"),
        students=text["students"],
        sections=text.get("planned_sections", written),
        pub_sections=written,
        length=sum(s["duration"] for chapter in text["chapters"] for s in chapter["sections"]),
        course_category_id=category_id,
        teacher_id=teacher_id,
        orders=same_kind.index(text["slug"]) + 1,
        attachment_path=files.attachments().get(text["slug"], ""),
    )


def _pub_date(text: CourseText) -> date:
    if "pub_date" in text:
        return date.fromisoformat(text["pub_date"])
    return timezone.localdate() + timedelta(days=text.get("pub_in_days", 0))


def _load_chapters(wanted: dict[int, list[ChapterText]]) -> None:
    """Chapters and sections of new courses, by course id."""
    CourseChapter.objects.bulk_create(
        CourseChapter(
            course_id=course_id,
            chapter=number,
            name=text["name"],
            summary=text["summary"],
            orders=number,
        )
        for course_id, chapters in wanted.items()
        for number, text in enumerate(chapters, start=1)
    )
    texts_of = {
        (row.pk, rank): text
        for row in CourseChapter.objects.filter(course_id__in=wanted).order_by("id")
        for rank, text in enumerate(wanted[row.course_id][row.chapter - 1]["sections"], start=1)
    }
    CourseSection.objects.bulk_create(
        _section(chapter_id, rank, text) for (chapter_id, rank), text in texts_of.items()
    )
    rows = CourseSection.objects.filter(chapter__course_id__in=wanted).order_by("id")
    sections = rows.filter(section_type=VIDEO)
    video_services.add_ready_videos(
        _video(section, texts_of[section.chapter_id, section.orders]) for section in sections
    )
    _load_quizzes(rows.filter(section_type=CourseSection.SectionType.QUIZ), texts_of)


def _load_quizzes(
    sections: Iterable[CourseSection], texts_of: dict[tuple[int, int], SectionText]
) -> None:
    for section in sections:
        quiz = Quiz.objects.create(section=section)
        questions = texts_of[section.chapter_id, section.orders].get("questions", [])
        QuizQuestion.objects.bulk_create(
            QuizQuestion(quiz=quiz, orders=number, **question)
            for number, question in enumerate(questions, start=1)
        )
        quizzes.count_questions(section.pk)


def _video(section: CourseSection, text: SectionText) -> Video:
    """All sections share one video: the second of each chapter as HLS, the others as mp4."""
    video = Video(section=section, duration=text["duration"])
    if section.orders == 2:
        video.hls = files.PLAYLIST
    else:
        video.file, video.plays_natively = files.VIDEO, True
    return video


def _section(chapter_id: int, rank: int, text: SectionText) -> CourseSection:
    return CourseSection(
        chapter_id=chapter_id,
        name=text["name"],
        section_type=text["section_type"],
        duration=text["duration"],
        free_trail=text["free_trail"],
        content=text.get("content", ""),
        answer=text.get("answer", ""),
        orders=rank,
    )
