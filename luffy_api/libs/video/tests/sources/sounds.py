"""The sound of a lecture, or its absence."""

from luffy_api.libs.video.tests.sources.making import (
    AAC,
    H264,
    Source,
    picture,
    tone,
)

SOURCES = [
    Source("no sound", [*picture(), *H264], sound=False),
    Source(
        "recorded sound",
        [*tone(), *AAC],
        seen=False,
        size="1280x720",
        note="the course's cover, or the sound as a wave",
        in_ci=True,
    ),
    Source(
        "recorded sound with a cover of its own",
        [
            *tone(),
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x64:d=1:r=1",
            "-map",
            "0",
            "-map",
            "1",
            "-c:v",
            "mjpeg",
            "-frames:v",
            "1",
            "-disposition:v",
            "attached_pic",
            *AAC,
        ],
        seen=False,
        size="1280x720",
        note="the same",
    ),
    Source(
        "mono, 8 kHz (phone call)",
        [*picture(), *tone(rate=8000), *H264, *AAC, "-ac", "1"],
        note="stereo, 44.1 kHz",
    ),
    Source("5.1 sound", [*picture(), *tone(), *H264, "-c:a", "aac", "-ac", "6"], note="stereo"),
    Source("AC-3 sound", [*picture(), *tone(), *H264, "-c:a", "ac3"], note="AAC"),
    Source("MP3 sound", [*picture(), *tone(), *H264, "-c:a", "libmp3lame"], note="AAC"),
]
