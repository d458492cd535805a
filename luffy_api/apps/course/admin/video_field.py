"""The film's field on the back office's forms: straight upload with progress."""

from typing import Any

from django.conf import settings
from django.contrib.admin.widgets import AdminFileWidget
from django.forms import Script
from django.utils.html import format_html
from django.utils.safestring import SafeString


class VideoUploadWidget(AdminFileWidget):
    """The plain field in a frame that luffy_web/src/backOffice turns into an uploader.

    Without the script the plain field works as ever.
    """

    class Media:
        css = {"all": ["/back-office/upload.css"]}
        js = [Script("/back-office/upload.js", type="module")]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The script finds the section by the field's name."""
        return format_html(
            '<div data-video-upload data-field="{}" data-max-bytes="{}">{}</div>',
            name,
            settings.VIDEO_MAX_BYTES,
            super().render(name, value, attrs, renderer),
        )
