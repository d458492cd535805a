"""What people call a stored video: the name that its file had on their computer."""

from luffy_api.apps.video.models import Video, VideoUpload

# Uploads are stored under a name that says nothing (uploads.py); files of forms keep their own.
_MADE = "source."


def shown_name(stored: str) -> str:
    """Of a name in the private storage; that name itself once the upload is forgotten.

    At most one query.
    """
    base = stored.rpartition("/")[2]
    if not base.startswith(_MADE):
        return base
    uploads = VideoUpload.objects.filter(key=stored)
    return uploads.values_list("filename", flat=True).first() or stored


def name_of(video: Video | None) -> str:
    """The same of a row; "" for none."""
    return shown_name(video.file.name or video.hls) if video else ""
