"""What a kind of video is made of, and what has to come out."""

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac"]
PLAIN = [*H264, *AAC]
HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"]
X265 = "log-level=error:pools=1:colorprim=bt2020:colormatrix=bt2020nc:range=limited"
# Where ffmpeg has another name for what it writes.
MUXERS = {
    "m4v": "mp4",
    "m4a": "ipod",
    "mkv": "matroska",
    "wmv": "asf",
    "ts": "mpegts",
    "mts": "mpegts",
    "mpg": "vob",
}


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
        return ["-f", MUXERS.get(self.kind, self.kind)]

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
