"""Slides and talks, where one of picture and sound is shorter than the other."""

from luffy_api.libs.video.tests.sources.making import (
    H264,
    HELD,
    ONE_PICTURE,
    PLAIN,
    Source,
    picture,
    tone,
)

SOURCES = [
    Source(
        "slides, one frame a second",
        [*picture(rate="1", seconds=4), *tone(4), *PLAIN],
        seconds=4,
        note="10 fps, so that a seek finds one",
    ),
    Source(
        "last slide stays while the teacher talks on",
        [*picture(seconds=1), *tone(4), *PLAIN],
        seconds=4,
        note=HELD,
        in_ci=True,
    ),
    Source("one slide and a talk", [*ONE_PICTURE, *tone(4), *PLAIN], seconds=4, note=HELD),
    Source(
        "picture begins late",
        ["-itsoffset", "1", *picture(seconds=1), *tone(2), *PLAIN],
        note="first picture held from the beginning",
    ),
    Source(
        "sound begins late",
        [*picture(), "-itsoffset", "1", *tone(1), *PLAIN],
        note="silence before it",
    ),
    Source(
        "picture outlives the sound",
        [*picture(seconds=3), *tone(1), *PLAIN],
        seconds=3,
        note="silence behind it",
    ),
    Source(
        "a clip of one frame",
        [*ONE_PICTURE, "-frames:v", "1", *H264],
        seconds=1,
        sound=False,
        note="has a poster",
        in_ci=True,
    ),
]
