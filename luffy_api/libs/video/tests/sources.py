"""Kinds of video that teachers have, each made by ffmpeg, with what has to come out.

docs/playing.md shows this table.
"""

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac"]
PLAIN = [*H264, *AAC]
HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"]
X265 = "log-level=error:pools=1:colorprim=bt2020:colormatrix=bt2020nc:range=limited"


def picture(size="160x90", rate="10", seconds=2.0):
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:d={seconds}:r={rate}"]


def tone(seconds=2.0, rate=44100):
    return ["-f", "lavfi", "-i", f"sine=d={seconds}:r={rate}"]


@dataclass(frozen=True)
class Source:
    """`made` is what ffmpeg is asked for; the rest is what comes out of the largest rendition.

    `rate` is in frames a second, `note` what is done about it. `then` are arguments of a second
    run that copies the first one's result. `in_ci` ones are made by every run of the tests.
    """

    name: str
    made: list[str]
    size: str = "160x90"
    rate: str = "10"
    seconds: float = 2.0
    sound: bool = True
    seen: bool = True
    note: str = ""
    kind: str = "mp4"
    then: list[str] | None = None
    in_ci: bool = False
    lie: float | None = None
    turned: int = 0

    def make(self, folder: Path) -> Path:
        """Writes it into `folder`, which exists."""
        path = folder / f"source.{self.kind}"
        first = folder / f"first.{self.kind}" if self.then else path
        run([*self.made, *self._container(), str(first)])
        if self.then:
            run([*self.then, "-i", str(first), "-c", "copy", *self._container(), str(path)])
        if self.lie is not None:
            _lie(path, self.lie)
        if self.turned:
            _turn(path, self.turned)
        return path

    def _container(self) -> list[str]:
        return ["-f", {"mkv": "matroska", "m4a": "mp4"}.get(self.kind, self.kind)]

    @property
    def row(self) -> str:
        """Of the table in docs/playing.md."""
        seen = f"{self.size.replace('x', '×')}, {self.rate} fps" if self.seen else "a still picture"
        heard = "" if self.sound else ", silent"
        return f"| {self.name} | {seen}, {self.seconds:g} s{heard} | {self.note} |"


def run(arguments: list[str]) -> None:
    """Of ffmpeg, which has to succeed."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


def _lie(path: Path, seconds: float) -> None:
    """Has the header of an FLV name another duration."""
    content = path.read_bytes()
    place = content.index(b"duration\x00") + len(b"duration\x00")
    path.write_bytes(content[:place] + struct.pack(">d", seconds) + content[place + 8 :])


def _turn(path: Path, degrees: int) -> None:
    """Has the first track of an MP4 shown turned clockwise (ISO 14496-12, 8.3.2)."""
    cosine, sine = {90: (0, 1), 180: (-1, 0)}[degrees]
    content = path.read_bytes()
    place = content.index(b"tkhd") + 44
    matrix = [cosine, sine, 0, -sine, cosine, 0, 0, 0]
    turned = struct.pack(">8i", *(each << 16 for each in matrix))
    path.write_bytes(content[:place] + turned + content[place + 32 :])


HELD = "last picture held"
ONE_PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=160x90:d=1:r=1"]
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
        "phone, HEVC",
        [
            *picture(),
            *tone(),
            *HEVC,
            "-x265-params",
            "log-level=error:pools=1",
            "-pix_fmt",
            "yuv420p",
            *AAC,
        ],
    ),
    Source(
        "phone, HEVC, 10 bit",
        [
            *picture(),
            *tone(),
            *HEVC,
            "-x265-params",
            "log-level=error:pools=1",
            "-pix_fmt",
            "yuv420p10le",
            *AAC,
        ],
        note="8 bit",
    ),
    Source(
        "phone, HDR (HLG)",
        [
            *picture(seconds=1),
            *tone(1),
            *HEVC,
            "-pix_fmt",
            "yuv420p10le",
            *["-x265-params", f"{X265}:transfer=arib-std-b67"],
            *AAC,
        ],
        seconds=1,
        note="tone-mapped, 8 bit",
        in_ci=True,
    ),
    Source(
        "HDR10 (PQ)",
        [
            *picture(seconds=1),
            *tone(1),
            *HEVC,
            "-pix_fmt",
            "yuv420p10le",
            *["-x265-params", f"{X265}:transfer=smpte2084"],
            *AAC,
        ],
        seconds=1,
        note="tone-mapped, 8 bit",
        in_ci=True,
    ),
    Source(
        "wide colours without HDR (BT.2020)",
        [
            *picture(seconds=1),
            *tone(1),
            *HEVC,
            "-pix_fmt",
            "yuv420p10le",
            *["-x265-params", f"{X265}:transfer=bt709"],
            *AAC,
        ],
        seconds=1,
        note="to BT.709",
    ),
    Source(
        "Display P3",
        [
            *picture(),
            *tone(),
            *PLAIN,
            "-color_primaries",
            "smpte432",
            "-color_trc",
            "bt709",
            "-colorspace",
            "bt709",
        ],
        note="to BT.709",
    ),
    Source(
        "H.264, 10 bit",
        [*picture(), *tone(), *PLAIN, "-pix_fmt", "yuv420p10le"],
        note="8 bit",
        in_ci=True,
    ),
    Source(
        "phone, held upright (turned by 90°)",
        [*picture(), *tone(), *PLAIN],
        turned=90,
        size="90x160",
        note="turned",
        in_ci=True,
    ),
    Source(
        "phone, upside down (turned by 180°)",
        [*picture(), *tone(), *PLAIN],
        turned=180,
        note="turned",
    ),
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
    Source(
        "phone, slow motion, 120 fps",
        [*picture(rate="120"), *tone(), *PLAIN],
        rate="30",
        note="halved until a screen shows them",
    ),
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
    Source("no sound", [*picture(), *H264], sound=False),
    Source(
        "a clip of one frame",
        [*ONE_PICTURE, "-frames:v", "1", *H264],
        seconds=1,
        sound=False,
        note="has a poster",
        in_ci=True,
    ),
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
    Source(
        "WeChat save (baseline, mono)",
        [*picture("96x170"), *tone(), *PLAIN, "-profile:v", "baseline", "-ac", "1"],
        size="96x170",
    ),
    Source("QQ save (index first)", [*picture(), *tone(), *PLAIN, "-movflags", "+faststart"]),
    Source(
        "fragments (interrupted recording)",
        [*picture(), *tone(), *PLAIN, "-movflags", "frag_keyframe+empty_moov"],
    ),
    Source(
        "cut on the phone (edit list)",
        [*picture(seconds=4), *tone(4), *PLAIN, "-g", "40"],
        then=["-ss", "1"],
        seconds=3,
        note="what was cut away stays away",
    ),
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
]


def table() -> str:
    """For docs/playing.md."""
    head = ["| source | what comes out | what is done |", "|---|---|---|"]
    return "\n".join([*head, *(each.row for each in SOURCES)])
