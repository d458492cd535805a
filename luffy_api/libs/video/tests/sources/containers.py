"""Files of other containers than MP4."""

from luffy_api.libs.video.tests.sources.making import (
    AAC,
    H264,
    HELD,
    HEVC,
    PLAIN,
    Source,
    picture,
    tone,
)

QUIET = ["-x265-params", "log-level=error:pools=1"]
VP8 = ["-c:v", "libvpx", "-deadline", "realtime"]
SOURCES = [
    Source(
        "captions and data tracks",
        [*picture(), *tone(), "-f", "srt", "-i", "{captions}", *PLAIN, "-c:s", "mov_text"],
        note="left out",
    ),
    Source(
        "flv, live, clock at 3600 s",
        [*picture(), *tone(), *PLAIN, "-output_ts_offset", "3600"],
        kind="flv",
        note="begins at 0",
        in_ci=True,
    ),
    Source(
        "flv, Sorenson and MP3",
        [*picture(), *tone(), "-c:v", "flv1", "-c:a", "libmp3lame"],
        kind="flv",
    ),
    Source(
        "flv without a duration",
        [*picture(), *tone(), *PLAIN, "-flvflags", "no_duration_filesize"],
        kind="flv",
    ),
    Source(
        "flv with a wrong duration",
        [*picture(), *tone(), *PLAIN],
        kind="flv",
        lie=9999,
        note="by its packets",
        in_ci=True,
    ),
    Source(
        "flv, sound alone",
        [*tone(), *AAC],
        kind="flv",
        seen=False,
        size="1280x720",
        note="the course's cover, or the sound as a wave",
    ),
    Source(
        "flv, sound goes on",
        [*picture(seconds=1), *tone(3), *PLAIN],
        kind="flv",
        seconds=3,
        note=HELD,
    ),
    Source(
        "mov, QuickTime's screen recording",
        [*picture(), *tone(), *PLAIN],
        kind="mov",
        in_ci=True,
    ),
    Source(
        "mov, phone, HEVC and uncompressed sound",
        [*picture(), *tone(), *HEVC, *QUIET, "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"],
        kind="mov",
    ),
    Source(
        "mov, ProRes of an editing program",
        [*picture(), *tone(), "-c:v", "prores_ks", "-c:a", "pcm_s24le"],
        kind="mov",
        note="8 bit",
    ),
    Source("m4v, of an editing program", [*picture(), *tone(), *PLAIN], kind="m4v"),
    Source(
        "m4a, voice memo",
        [*tone(), *AAC],
        kind="m4a",
        seen=False,
        size="1280x720",
        note="the course's cover, or the sound as a wave",
    ),
    Source("OBS, mkv", [*picture(), *tone(), *PLAIN], kind="mkv", in_ci=True),
    Source(
        "mkv, HEVC, FLAC and subtitles",
        [
            *[*picture(), *tone(), "-f", "srt", "-i", "{captions}"],
            *[*HEVC, *QUIET, "-pix_fmt", "yuv420p10le", "-c:a", "flac", "-c:s", "srt"],
        ],
        kind="mkv",
        note="8 bit; its subtitles left out",
    ),
    Source(
        "webm, recorded in a browser, without a duration",
        [*picture(), *tone(), *VP8, "-c:a", "libopus", "-live", "1"],
        kind="webm",
        note="by its packets",
        in_ci=True,
    ),
    Source(
        "avi, Xvid and MP3",
        [*picture(), *tone(), "-c:v", "mpeg4", "-vtag", "XVID", "-bf", "2", "-c:a", "libmp3lame"],
        kind="avi",
        note="by the clock of its decoder",
        in_ci=True,
    ),
    Source(
        "avi, screen recording without compression",
        [*picture(), *tone(), "-c:v", "rawvideo", "-pix_fmt", "bgr24", "-c:a", "pcm_s16le"],
        kind="avi",
    ),
    Source(
        "wmv, WMV 8 and WMA",
        [*picture(), *tone(), "-c:v", "wmv2", "-c:a", "wmav2"],
        kind="wmv",
    ),
    Source("ts, of a recorder", [*picture(), *tone(), *PLAIN], kind="ts", note="begins at 0"),
    Source(
        "mts, camcorder (AVCHD), interlaced",
        [
            *[*picture("160x96", "25"), *tone(), *H264, "-c:a", "ac3"],
            *["-flags", "+ildct+ilme", "-vf", "setfield=tff", "-mpegts_m2ts_mode", "1"],
        ],
        kind="mts",
        size="160x96",
        rate="25",
        note="deinterlaced",
    ),
    Source(
        "mpg, DVD (MPEG-2 and MP2)",
        [*picture(rate="25"), *tone(rate=48000), "-c:v", "mpeg2video", "-c:a", "mp2"],
        kind="mpg",
        rate="25",
    ),
]
