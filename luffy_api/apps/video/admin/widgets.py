"""The file field of a video on the back office's forms: direct upload with progress."""

import json
from typing import Any

from django.conf import settings
from django.contrib.admin.widgets import AdminFileWidget
from django.forms import Script
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.libs.video.formats import browser_types


def upload_rules() -> SafeString:
    """The limit and the accepted formats, as attributes that the uploader reads."""
    return format_html(
        "data-max-bytes=\"{}\" data-video-types='{}'",
        settings.VIDEO_MAX_BYTES,
        json.dumps(browser_types()),
    )


class VideoUploadWidget(AdminFileWidget):
    """The plain field in a frame that luffy_web/src/backOffice turns into an uploader.

    Without the script the plain field works as ever, and shows the state of the video when the page
    was made. The uploader takes that place, so that a page never shows two states. `state` is set
    by the form, None for a section that is not saved.
    """

    state: str | None = None

    class Media:
        css = {"all": ["/back-office/upload.css"]}
        js = [Script("/back-office/upload.js", type="module")]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The script finds the section by the plain field's name."""
        return format_html(
            "<div data-video-upload {}>{}{}</div>",
            upload_rules(),
            format_html("<p data-video-state>{}</p>", self.state) if self.state else "",
            super().render(name, value, attrs, renderer),
        )
