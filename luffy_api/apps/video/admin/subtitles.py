"""The subtitles of a section on its page in the back office: a file for each language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.base import File

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video import subtitles
from luffy_api.apps.video.models import Subtitle
from luffy_api.common.edit_conflicts.snapshots import canonical
from luffy_api.common.exceptions import DomainError
from luffy_api.libs.subtitles import MAX_BYTES, SUFFIXES

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[CourseSection]
else:
    BaseForm = forms.ModelForm

SUBTITLES = "字幕"
PREFIX = "subtitle_"
# Names of the form's fields by language, such as `subtitle_zh_cn`.
SUBTITLE_FIELDS = {
    f"{PREFIX}{each.value.lower().replace('-', '_')}": each.value for each in Subtitle.Language
}
SUBTITLES_HELP = "SRT、VTT 或 ASS 文件，UTF-8、GBK 或 UTF-16 编码均可；更换视频后字幕保留"


@dataclass(frozen=True)
class StoredSubtitle:
    """What a file field shows of stored subtitles: a link that saves them."""

    url: str
    webvtt: str

    def __str__(self) -> str:
        return subtitles.told(self.webvtt)


@canonical.register
def _(value: StoredSubtitle) -> str:
    # Another file may have as many lines.
    return canonical(value.webvtt)


class SubtitleField(forms.FileField):
    """A file of subtitles; its cleaned value is WebVTT, False when they shall go.

    Where nothing was chosen it is what is stored, or None.
    """

    def __init__(self, label: str) -> None:
        suffixes = ",".join(SUFFIXES)
        widget = AdminFileWidget(attrs={"accept": suffixes})
        super().__init__(label=label, required=False, widget=widget)

    def shown_value(self, value: Any) -> str:
        """What the audit log says of a value: neither the file nor its thousands of lines."""
        return subtitles.told(value) if isinstance(value, str) else str(value or "")

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Hook of Django. Raises ValidationError."""
        value = super().clean(data, initial)
        if not isinstance(value, File):
            # Nothing was chosen, or the box for removing them was ticked.
            return value or (False if value is False else None)
        try:
            return subtitles.check(value.read(MAX_BYTES + 1))
        except DomainError as error:
            raise ValidationError(error.message) from error


class SubtitleForm(BaseForm):
    """Mixin of a section's form. Saving the form does not store them: `save_subtitles` does."""

    subtitle_zh_cn = SubtitleField("简体中文")
    subtitle_zh_tw = SubtitleField("繁体中文")
    subtitle_en = SubtitleField("English")
    subtitle_ja = SubtitleField("日本語")
    subtitle_ko = SubtitleField("한국어")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        stored = dict(self.instance.subtitles.values_list("language", "webvtt"))
        for name, language in SUBTITLE_FIELDS.items():
            if language in stored and name in self.fields:
                link = _link(self.instance.pk, language)
                self.fields[name].initial = StoredSubtitle(link, stored[language])

    def save_subtitles(self) -> None:
        """Stores what was chosen, and removes what was ticked."""
        for name, language in SUBTITLE_FIELDS.items():
            webvtt = self.cleaned_data.get(name)
            if isinstance(webvtt, str):
                subtitles.save(section_id=self.instance.pk, language=language, webvtt=webvtt)
            elif webvtt is False:
                subtitles.remove(section_id=self.instance.pk, language=language)


def _link(section_id: int, language: str) -> str:
    """From the section's own page."""
    return f"../subtitles/{language}/"
