"""What programs record of a screen or a meeting."""

from luffy_api.libs.video.tests.sources.making import (
    AAC,
    PLAIN,
    Source,
    picture,
    tone,
)

SOURCES = [
    Source(
        "OBS, mp4, 720p60",
        [*picture("1280x720", "60", 1), *tone(1), *PLAIN],
        size="1280x720",
        rate="60",
        seconds=1,
        note="60 fps kept from 720p on, halved below",
    ),
    Source(
        "OBS, several sound tracks",
        [*picture(), *tone(), *tone(), *["-map", "0", "-map", "1", "-map", "2"], *PLAIN],
        note="the first one is heard",
    ),
    Source(
        "screen recording, variable rate",
        [
            *picture(rate="60"),
            *tone(),
            "-vf",
            "select='lt(t,0.5)+not(mod(n,12))'",
            *["-fps_mode", "vfr"],
            *PLAIN,
        ],
        rate="24000/1001",
        note="a usual rate above the mean one",
    ),
    Source("screen recording, 4:4:4", [*picture(), *tone(), *PLAIN, "-pix_fmt", "yuv444p"]),
    Source(
        "screen recording, full range",
        [*picture(), *tone(), *PLAIN, "-pix_fmt", "yuvj420p", "-color_range", "pc"],
        note="to limited range",
    ),
    Source(
        "screen recording, RGB",
        [*picture(), *tone(), "-c:v", "libx264rgb", "-preset", "ultrafast", *AAC],
    ),
    Source(
        "long GOP, one key frame",
        [*picture(), *tone(), *PLAIN, "-g", "9999"],
        note="a key frame every six seconds",
    ),
    Source(
        "meeting, VP9 and Opus",
        [*picture(), *tone(), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"],
    ),
    Source(
        "meeting, AV1",
        [*picture(seconds=1), *tone(1), "-c:v", "libsvtav1", "-preset", "12", *AAC],
        seconds=1,
    ),
    Source(
        "fragments (interrupted recording)",
        [*picture(), *tone(), *PLAIN, "-movflags", "frag_keyframe+empty_moov"],
    ),
]
