"""Kinds of video that teachers have, each made by ffmpeg, with what has to come out.

docs/playing.md shows this table.
"""

from luffy_api.libs.video.tests.sources import (
    cameras,
    containers,
    lectures,
    phones,
    screens,
    sounds,
)

SUBJECTS = (screens, phones, cameras, lectures, sounds, containers)
SOURCES = [each for subject in SUBJECTS for each in subject.SOURCES]


def table() -> str:
    """For docs/playing.md."""
    head = ["| source | what comes out | what is done |", "|---|---|---|"]
    return "\n".join([*head, *(each.row for each in SOURCES)])
