"""What cameras record: sizes, shapes and rates."""

from luffy_api.libs.video.tests.sources.making import (
    AAC,
    PLAIN,
    Source,
    picture,
    tone,
)

SOURCES = [
    Source("portrait", [*picture("90x160"), *tone(), *PLAIN], size="90x160"),
    Source("square", [*picture("120x120"), *tone(), *PLAIN], size="120x120"),
    Source("very wide", [*picture("320x64"), *tone(), *PLAIN], size="320x64"),
    Source(
        "odd sizes",
        [*picture("161x91"), *tone(), *PLAIN, "-pix_fmt", "yuv444p"],
        size="160x90",
        note="even ones",
    ),
    Source("tiny", [*picture("16x16"), *tone(), *PLAIN], size="16x16"),
    Source("cinema, 23.976 fps", [*picture(rate="24000/1001"), *tone(), *PLAIN], rate="24000/1001"),
    Source("NTSC, 29.97 fps", [*picture(rate="30000/1001"), *tone(), *PLAIN], rate="30000/1001"),
    Source("PAL, 25 fps", [*picture(rate="25"), *tone(), *PLAIN], rate="25"),
    Source(
        "camcorder, interlaced 50i",
        [
            *picture("160x96", "25"),
            *tone(),
            *PLAIN,
            *["-flags", "+ildct+ilme", "-vf", "setfield=tff"],
        ],
        size="160x96",
        rate="25",
        note="deinterlaced",
        in_ci=True,
    ),
    Source(
        "DV, MPEG-2, interlaced, 16:9 by pixels of 64:45",
        [
            *picture("180x144", "25"),
            *tone(),
            "-c:v",
            "mpeg2video",
            "-flags",
            "+ildct+ilme",
            "-vf",
            "setfield=tff",
            "-aspect",
            "16:9",
            *AAC,
        ],
        size="256x144",
        rate="25",
        note="deinterlaced, square pixels",
    ),
    Source(
        "anamorphic, pixels of 4:3",
        [*picture("120x90"), *tone(), *PLAIN, "-vf", "setsar=4/3"],
        size="160x90",
        note="square pixels",
        in_ci=True,
    ),
    Source(
        "absurd pixels", [*picture(), *tone(), *PLAIN, "-vf", "setsar=100"], note="taken for square"
    ),
    Source("camera, MPEG-4 part 2", [*picture(), *tone(), "-c:v", "mpeg4", *AAC]),
]
