"""The subtitles of sections: storing them as WebVTT, and what players are told of them."""

from dataclasses import dataclass

from django.db import transaction

from luffy_api.apps.course import services as course_services
from luffy_api.apps.video import locks
from luffy_api.apps.video.exceptions import UploadRefused
from luffy_api.apps.video.models import Subtitle
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import subtitles

Language = Subtitle.Language
TOO_LARGE = f"字幕文件不能超过 {subtitles.MAX_BYTES // 1024**2} MB"
NOT_READABLE = "不是有效的字幕文件，请上传 SRT、VTT 或 ASS 字幕"


@dataclass(frozen=True)
class SubtitleLanguage:
    """`lang` as in BCP 47 (`zh-CN`), `label` as its readers call it."""

    lang: str
    label: str


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
    rows = Subtitle.objects.filter(section_id=section_id).order_by()
    return in_order(set(rows.values_list("language", flat=True)))


def in_order(languages: set[str]) -> list[SubtitleLanguage]:
    """With their labels, in the order of `Subtitle.Language`."""
    return [SubtitleLanguage(each.value, str(each.label)) for each in Language if each in languages]


def webvtt_of(section_id: int, language: str) -> str | None:
    """The subtitles of a section in one language. One query."""
    rows = Subtitle.objects.filter(section_id=section_id, language=language)
    return rows.values_list("webvtt", flat=True).first()
