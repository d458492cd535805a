"""The chapters of a section's video on its page in the back office: a pasted list of times."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video import chapters
from luffy_api.apps.video.exceptions import ChaptersRefused

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[CourseSection]
else:
    BaseForm = forms.ModelForm

CHAPTERS = "视频分段"
CHAPTERS_HELP = (
    "每行一段：时间和标题，例如“00:00 开场”“1:02:03 - 部署”，按时间先后排列。"
    "学员可以在播放条和分段列表上直接跳转；更换视频后分段保留"
)
_PLACEHOLDER = "00:00 开场\n03:20 安装环境\n1:02:03 部署"


class ChaptersField(forms.CharField):
    """A line for each chapter; line ends are those that are stored."""

    def __init__(self) -> None:
        attrs = {"rows": 8, "cols": 60, "placeholder": _PLACEHOLDER}
        super().__init__(label="分段", required=False, widget=forms.Textarea(attrs=attrs))

    def to_python(self, value: Any) -> str:
        """Hook of Django."""
        return "\n".join((super().to_python(value) or "").splitlines())


class ChapterForm(BaseForm):
    """Mixin of a section's form. Saving the form does not store them: `save_chapters` does."""

    chapters = ChaptersField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["chapters"] = chapters.as_text(chapters.of_section(self.instance.pk))

    def clean_chapters(self) -> str:
        """Hook of Django: against the length of the video that students watch now.

        Raises ValidationError.
        """
        text: str = self.cleaned_data["chapters"]
        try:
            parsed = chapters.parse(text, duration=self.instance.duration)
        except ChaptersRefused as error:
            raise ValidationError(error.faults) from error
        self._parsed = parsed
        return chapters.as_text(parsed)

    def save_chapters(self) -> None:
        """Stores them if they were changed."""
        if "chapters" in self.changed_data:
            chapters.save(section_id=self.instance.pk, chapters=self._parsed)
