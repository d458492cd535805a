"""The video of a section on the back office's forms and lists."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.course.models import CourseSection, CourseSectionQuerySet
from luffy_api.apps.texts.forms import RichTextForm
from luffy_api.apps.video import names, selectors, services, validation
from luffy_api.apps.video.admin.chapters import ChapterForm
from luffy_api.apps.video.admin.subtitles import SubtitleForm
from luffy_api.apps.video.admin.widgets import VideoUploadWidget
from luffy_api.apps.video.exceptions import NothingToRetry
from luffy_api.apps.video.models import MediaState, Video
from luffy_api.apps.video.transcoding import queue
from luffy_api.common.admin import NOTHING, staff_id
from luffy_api.common.exceptions import DomainError

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[CourseSection]
else:
    BaseForm = forms.ModelForm


def check_video(file: "File[Any]") -> None:
    """A format that is accepted, by its bytes, and not too large; raises ValidationError."""
    try:
        validation.check_file(file)
    except DomainError as error:
        raise ValidationError(error.message) from error


class VideoField(forms.FileField):
    """A file for the video of a section."""

    def shown_value(self, value: Any) -> str:
        """What people call it, for the audit log and whoever is asked about it."""
        return names.shown_name(value.name) if isinstance(value, File) and value.name else ""


class SectionForm(BaseForm):
    """A section, and a file for its video, which has a row of its own.

    Saving the form does not store the file: `save_video` does, once the section has its row.
    """

    video = VideoField(
        label="视频", required=False, validators=[check_video], widget=VideoUploadWidget
    )
    # Of the current video, shown only: the uploader fills it in when a video has arrived.
    duration = forms.IntegerField(label="时长（秒）", required=False, disabled=True)

    class Meta:
        model = CourseSection
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["duration"] = self.instance.duration
        if self.instance.pk is None:
            return
        newest = _newest(self.instance)
        self.fields["video"].initial = _stored_file(newest) if newest else None
        self.fields["video"].widget.state = state_of(newest)

    def save_video(self) -> None:
        """Stores a new file as the section's video, or removes the videos if that was ticked."""
        if "video" not in self.changed_data:
            return
        file = self.cleaned_data["video"]
        if file:
            services.add_file(section_id=self.instance.pk, file=file)
            queue.enqueue_processing()
        else:
            services.remove_videos(section_id=self.instance.pk)


class SectionPageForm(RichTextForm, SubtitleForm, ChapterForm, SectionForm):
    """The form of a section's own page."""

    rich_texts = ("content", "answer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Whoever moves sections is in the log of the chapter: see `edit_conflicts.forms`.
            self.parent = self.instance.chapter


def _newest(section: CourseSection) -> Video | None:
    return max(section.videos.all(), key=lambda video: video.pk, default=None)


def _stored_file(video: Video) -> FieldFile:
    """What a file field shows; a playlist that was stored by hand stands for its file."""
    if video.file:
        return video.file
    field: Any = Video._meta.get_field("file")
    return FieldFile(video, field, video.hls)


def state_of(video: Video | None) -> str:
    """State, progress of the transcoding, and the reason of a failure; `-` without a video."""
    if video is None:
        return NOTHING
    processing = video.state == Video.State.PROCESSING
    percent = f" {services.progress_of(video)}%" if processing else ""
    note = f"：{video.note}" if video.note else ""
    return f"{MediaState(video.state).label}{percent}{note}"


class WithVideos:
    """Mixin before an admin of sections: rows come with their videos."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseSection]:
        """Two more queries for the page."""
        sections: CourseSectionQuerySet = super().get_queryset(request)  # type: ignore[misc]
        return selectors.with_videos(sections)

    @admin.display(description="视频")
    def video(self, section: CourseSection) -> SafeString | str:
        """A link to the stored file, for who may look at the form and not change it."""
        newest = _newest(section)
        if newest is None:
            return NOTHING
        file = _stored_file(newest)
        return format_html('<a href="{}">{}</a>', file.url, file.name)


class VideoStateFilter(admin.SimpleListFilter):
    """Sections by the state of any of their videos."""

    title = "视频状态"
    parameter_name = "video_state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Those that a row can have, and none."""
        return [(MediaState.NONE.value, MediaState.NONE.label), *Video.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Values that are no state find nothing."""
        value = self.value()
        if value is None:
            return queryset
        videos = Video.objects.filter(section=OuterRef("pk"))
        if value == str(MediaState.NONE.value):
            return queryset.filter(~Exists(videos))
        if not value.isdecimal():
            return queryset.none()
        return queryset.filter(Exists(videos.filter(state=int(value))))


class VideoAdminMixin(WithVideos):
    """Mixin before the list of sections: the state of the video, and trying again."""

    @admin.display(description="视频状态")
    def video_state(self, section: CourseSection) -> str:
        """Of the newest video."""
        return state_of(_newest(section))

    @admin.action(description="重新处理视频（失败的）", permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[CourseSection]) -> None:
        """Only failed ones are taken."""
        user_id = staff_id(request)
        taken = sum(_retried(section.pk, user_id) for section in queryset)
        queue.enqueue_processing()
        self.message_user(request, f"已重新处理 {taken} 个视频")  # type: ignore[attr-defined]


def _retried(section_id: int, user_id: int) -> bool:
    try:
        services.retry(section_id=section_id, user_id=user_id)
    except NothingToRetry:
        return False
    return True
