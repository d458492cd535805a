"""Reads of videos."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from luffy_api.apps.course.access import SectionWithAccess
from luffy_api.apps.course.models import CourseSection, CourseSectionQuerySet
from luffy_api.apps.video.chapters import Chapter
from luffy_api.apps.video.models import MediaState, Subtitle, Video, VideoChapter, VideoUpload
from luffy_api.apps.video.subtitles import SubtitleLanguage, in_order
from luffy_api.common.prepared_query import PreparedValues


@dataclass(frozen=True, slots=True)
class CurrentVideo:
    """What players need of a section's current video; names in the private storage, or blank."""

    file: str
    hls: str
    poster: str
    plays_natively: bool
    state: int


def with_current_video(sections: QuerySet[SectionWithAccess]) -> QuerySet[SectionWithAccess]:
    """Adds what `current_video` reads, and leaves out what players do not need."""
    current = FilteredRelation("videos", condition=Q(videos__is_current=True))
    return sections.annotate(
        current=current,
        video_file=F("current__file"),
        video_hls=F("current__hls"),
        video_poster=F("current__poster"),
        video_plays=F("current__plays_natively"),
        video_state=F("current__state"),
    ).only("id", "free_trail", "duration")


def current_video(section: SectionWithAccess) -> CurrentVideo | None:
    """The current video of a section that was read by `with_current_video`."""
    row: Any = section
    if row.video_state is None:
        return None
    return CurrentVideo(
        file=row.video_file,
        hls=row.video_hls,
        poster=row.video_poster,
        plays_natively=bool(row.video_plays),
        state=row.video_state,
    )


def with_videos(sections: CourseSectionQuerySet) -> CourseSectionQuerySet:
    """With `videos` and their jobs prefetched, the newest last. Two queries."""
    videos = Video.objects.select_related("job").order_by("pk")
    return sections.prefetch_related(Prefetch("videos", queryset=videos))


def failed_sections() -> int:
    """Sections, deleted ones left out, of which a video could not be transcoded. One query."""
    failed = Video.objects.filter(state=Video.State.FAILED, section__is_delete=False)
    sections: int = failed.aggregate(sections=Count("section", distinct=True))["sections"]
    return sections


@dataclass(frozen=True, slots=True)
class BesideVideo:
    """What a section has beside its video, each in its order."""

    subtitles: list[SubtitleLanguage]
    chapters: list[Chapter]


def beside_video(section_id: int) -> BesideVideo:
    """One query."""
    rows = _beside.all(section_id)
    languages = {text for start, text in rows if start == _LANGUAGE}
    chapters = [Chapter(start, text) for start, text in sorted(rows) if start != _LANGUAGE]
    return BesideVideo(in_order(languages), chapters)


# No chapter begins before its video.
_LANGUAGE = -1


def _subtitles_and_chapters(section_id: int) -> QuerySet[Any, Any]:
    languages = Subtitle.objects.filter(section_id=section_id).order_by()
    chapters = VideoChapter.objects.filter(section_id=section_id).order_by()
    marked = languages.values_list(Value(_LANGUAGE, output_field=IntegerField()), "language")
    return marked.union(chapters.values_list("start", "title"), all=True)


_beside = PreparedValues(_subtitles_and_chapters, int)


@dataclass(frozen=True, slots=True)
class SectionMedia:
    """The state of a section's newest video; `progress` of its transcoding in percent.

    `playable` and `duration` (seconds) are those of the video that students watch now.
    """

    section_id: int
    state: int
    progress: int
    note: str
    playable: bool
    duration: int


def with_media(sections: CourseSectionQuerySet) -> CourseSectionQuerySet:
    """Adds what `media` reads, for many sections in the one query of theirs."""
    newest = Video.objects.filter(section=OuterRef("pk")).order_by("-pk")
    uploads = VideoUpload.objects.filter(
        section=OuterRef("pk"), state=VideoUpload.State.OPEN, expires_at__gt=timezone.now()
    )
    return sections.annotate(
        newest_state=Subquery(newest.values("state")[:1]),
        newest_note=Subquery(newest.values("note")[:1]),
        newest_progress=Subquery(newest.values("job__progress")[:1]),
        has_upload=Exists(uploads),
    )


def media(section: CourseSection) -> SectionMedia:
    """The state of a section that was read by `with_media`; an upload counts before all else."""
    row: Any = section
    state = MediaState.UPLOADING if row.has_upload else row.newest_state or MediaState.NONE
    return SectionMedia(
        section_id=section.pk,
        state=int(state),
        progress=(row.newest_progress or 0) if state == MediaState.PROCESSING else 0,
        note=row.newest_note or "",
        playable=section.is_playable,
        duration=section.duration,
    )
