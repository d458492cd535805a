"""Transcoding: the queue and its worker, what they write, and the ways of doing it."""

from django.conf import settings
from django.utils.module_loading import import_string

from luffy_api.apps.video.transcoding.base import Transcoder


def transcoder() -> Transcoder:
    """The one that `settings.TRANSCODER` names."""
    made: Transcoder = import_string(settings.TRANSCODER)()
    return made
