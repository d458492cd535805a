"""The subtitles of sections: storing them as WebVTT, and what players are told of them.

What `upload` and `withdraw` do stands in the audit log; `save` and `remove` are for the form of a
section, which enters what it changes, and for programs.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from luffy_api.apps.course import services as course_services
from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video import locks
from luffy_api.apps.video.exceptions import UploadRefused
from luffy_api.apps.video.models import Subtitle
from luffy_api.common import audit_log
from luffy_api.common.edit_conflicts.wording import EMPTY
from luffy_api.common.prepared_query import PreparedValues
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import subtitles

Language = Subtitle.Language
_FILE = "language", "webvtt"
TOO_LARGE = f"字幕文件不能超过 {subtitles.MAX_BYTES // 1024**2} MB"
NOT_READABLE = "不是有效的字幕文件，请上传 SRT、VTT 或 ASS 字幕"


@dataclass(frozen=True)
class SubtitleLanguage:
    """`lang` as in BCP 47 (`zh-CN`), `label` as its readers call it."""

    lang: str
    label: str


@dataclass(frozen=True)
class StoredLanguage:
    """A language and how many lines of subtitles a section has in it; 0 for none."""

    lang: str
    label: str
    lines: int


def stored(*, section_id: int) -> list[StoredLanguage]:
    """Every language. Two queries. Raises SectionNotFound."""
    _section(section_id)
    rows = Subtitle.objects.filter(section_id=section_id).order_by()
    lines = {language: subtitles.count(webvtt) for language, webvtt in rows.values_list(*_FILE)}
    return [StoredLanguage(each, str(each.label), lines.get(each, 0)) for each in Language]


def upload(*, section_id: int, language: str, content: bytes, user_id: int) -> None:
    """Stores a file of a teacher as the subtitles of one language.

    Raises SectionNotFound, UploadRefused.
    """
    section = _section(section_id)
    if section.section_type != CourseSection.SectionType.VIDEO:
        raise UploadRefused("该课时不是视频课时，请先改为视频并保存")
    if language not in Language:
        raise UploadRefused("没有这种字幕语言")
    _change(section, language, check(content), user_id)


def withdraw(*, section_id: int, language: str, user_id: int) -> None:
    """Removes those of one language, if there are any. Raises SectionNotFound."""
    _change(_section(section_id), language, None, user_id)


@retry_deadlocks
@transaction.atomic
def _change(section: CourseSection, language: str, webvtt: str | None, user_id: int) -> None:
    """`webvtt` None: they go."""
    locks.lock_section(section.pk)
    before = webvtt_of(section.pk, language)
    if webvtt is not None:
        save(section_id=section.pk, language=language, webvtt=webvtt)
    elif before is not None:
        remove(section_id=section.pk, language=language)
    else:
        return
    label = f"字幕（{Language(language).label}）"
    values = [label, told(before) or EMPTY, told(webvtt) or EMPTY]
    audit_log.log_values(section, user_id=user_id, values=[values])


def told(webvtt: str | None) -> str:
    """What people read of stored subtitles; "" where there are none."""
    return "" if webvtt is None else f"已上传，{subtitles.count(webvtt)} 条"


def check(content: bytes) -> str:
    """The WebVTT of a file of a teacher. Raises UploadRefused."""
    if len(content) > subtitles.MAX_BYTES:
        raise UploadRefused(TOO_LARGE)
    try:
        return subtitles.to_webvtt(content)
    except subtitles.NotSubtitles as error:
        raise UploadRefused(NOT_READABLE) from error


@retry_deadlocks
@transaction.atomic
def save(*, section_id: int, language: str, webvtt: str) -> None:
    """Stores the subtitles of one language, or others in their place."""
    locks.lock_section(section_id)
    Subtitle.objects.update_or_create(
        section_id=section_id, language=language, defaults={"webvtt": webvtt}
    )
    course_services.announce_section(section_id)


@retry_deadlocks
@transaction.atomic
def remove(*, section_id: int, language: str) -> None:
    """The section has none in this language any more."""
    locks.lock_section(section_id)
    Subtitle.objects.filter(section_id=section_id, language=language).delete()
    course_services.announce_section(section_id)


def languages_of(section_id: int) -> list[SubtitleLanguage]:
    """Those in which a section has subtitles, in the order of `Subtitle.Language`. One query."""
    return in_order({language for (language,) in _languages.all(section_id)})


def _languages_of(section_id: int) -> QuerySet[Subtitle, tuple[str]]:
    return Subtitle.objects.filter(section_id=section_id).order_by().values_list("language")


_languages = PreparedValues(_languages_of, int)


def in_order(languages: set[str]) -> list[SubtitleLanguage]:
    """With their labels, in the order of `Subtitle.Language`."""
    return [SubtitleLanguage(each.value, str(each.label)) for each in Language if each in languages]


def webvtt_of(section_id: int, language: str) -> str | None:
    """The subtitles of a section in one language. One query."""
    rows = Subtitle.objects.filter(section_id=section_id, language=language)
    return rows.values_list("webvtt", flat=True).first()


def _section(section_id: int) -> CourseSection:
    section = CourseSection.objects.not_deleted().filter(pk=section_id).first()
    if section is None:
        raise SectionNotFound
    return section
