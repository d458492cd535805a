"""The film's field on the back office's forms: straight upload with progress."""

from typing import Any

from django.conf import settings
from django.contrib.admin.widgets import AdminFileWidget
from django.forms import Script
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.video.admin.videos import state_of


class VideoUploadWidget(AdminFileWidget):
    """The plain field in a frame that luffy_web/src/backOffice turns into an uploader.

    Without the script the plain field works as ever, and says how the film was when the page was
    made. The uploader takes that place, so that a page never tells two states.
    """

    class Media:
        css = {"all": ["/back-office/upload.css"]}
        js = [Script("/back-office/upload.js", type="module")]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The script finds the section by the plain field's name."""
        section = getattr(value, "instance", None)
        return format_html(
            '<div data-video-upload data-max-bytes="{}">{}{}</div>',
            settings.VIDEO_MAX_BYTES,
            format_html("<p data-video-state>{}</p>", state_of(section)) if section else "",
            super().render(name, value, attrs, renderer),
        )
