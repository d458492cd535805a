"""From any picture to one that every browser shows: upright, square pixels, 8 bit, BT.709."""

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import VideoError

SQUARE = Fraction(1)
# Wider or narrower pixels are a damaged header.
MAX_PIXEL_ASPECT = 4
# PQ (HDR10, Dolby Vision's base) and HLG (phones, television).
HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
WIDE_PRIMARIES = {"bt2020", "smpte432", "smpte431"}
INTERLACED = {"tt", "bb", "tb", "bt"}
# Slides change seldom, but a seek needs a frame nearby.
LOWEST_RATE, HIGHEST_RATE = Fraction(10), Fraction(60)
USUAL_RATE = Fraction(25)
USUAL_RATES = tuple(
    Fraction(each) for each in ("10", "12", "15", "24000/1001", "24", "25", "30000/1001")
) + tuple(Fraction(each) for each in ("30", "48", "50", "60000/1001", "60"))
# Where a file names no formula, Chromium takes HDTV's for this many lines and more, and the old one
# below. Its renditions would be guessed one by one.
HD_LINES = 720
RGB_FORMATS = ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8")
UNNAMED = {"", "unknown", "unspecified", "reserved"}
# Filters that Debian's ffmpeg has, and many a static build has not.
ZSCALE, TONEMAP = "zscale", "tonemap"
TO_BT709 = "zscale=p=bt709:t=bt709:m=bt709:r=tv"
# 203 cd/m² is the white of a page in HDR (ITU-R BT.2408).
LINEAR = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709"
# What a usual screen shows stays as it is up to half of its light, and a page stays white: hable
# makes a grey of it.
CURVE = "tonemap=tonemap=mobius:param=0.5:desat=0"


@dataclass(frozen=True)
class Picture:
    """What there is to mend. `rate` is in frames a second, `transfer` and `primaries` ffmpeg's.

    `guessed` is the formula of a file that names none: a browser's guess, by ffmpeg's name.
    """

    pixel_aspect: Fraction = SQUARE
    rate: Fraction = USUAL_RATE
    interlaced: bool = False
    full_range: bool = False
    transfer: str = ""
    primaries: str = ""
    rgb: bool = False
    guessed: str = ""

    @classmethod
    def of(cls, stream: dict[str, Any]) -> Self:
        """Of a stream as ffprobe prints it."""
        return cls(
            pixel_aspect=_pixel_aspect(stream.get("sample_aspect_ratio", "")),
            rate=_rate(stream),
            interlaced=stream.get("field_order") in INTERLACED,
            full_range=stream.get("color_range") == "pc",
            transfer=stream.get("color_transfer", ""),
            primaries=stream.get("color_primaries", ""),
            rgb=stream.get("pix_fmt", "").startswith(RGB_FORMATS),
            guessed=_guessed(stream),
        )

    @property
    def is_hdr(self) -> bool:
        """Brighter than a usual screen can show."""
        return self.transfer in HDR_TRANSFERS

    def upright(self) -> list[str]:
        """Filters that come first. ffmpeg has turned the picture before them."""
        filters = ["bwdif=mode=send_frame:deint=all"] if self.interlaced else []
        if self.pixel_aspect != SQUARE:
            filters += ["scale='max(2,trunc(iw*sar/2+0.5)*2)':ih", "setsar=1"]
        return filters

    def colours(self) -> list[str]:
        """Filters that come last, when the picture is small already."""
        filters = ["format=yuv420p", "setsar=1"]
        if self.is_hdr and has_filters(ZSCALE, TONEMAP):
            return [*self._declared(), LINEAR, CURVE, TO_BT709, *filters]
        if self.primaries in WIDE_PRIMARIES and not self.is_hdr and has_filters(ZSCALE):
            return [*self._declared(), TO_BT709, *filters]
        if self.is_hdr or self.primaries in WIDE_PRIMARIES:
            # Pale is better than what a player makes of a tag that the picture does not fit.
            return [_named("bt709"), *filters]
        if self.rgb:
            # ffmpeg would take the old formula, and tell nobody.
            converted = "scale=out_color_matrix=bt709:out_range=tv"
            return ["format=gbrp", converted, "format=yuv420p", _named("bt709"), "setsar=1"]
        depth = ["scale=out_range=tv"] if self.full_range else []
        return [*depth, *([_named(self.guessed)] if self.guessed else []), *filters]

    def _declared(self) -> list[str]:
        """zscale refuses a picture that does not say all of what it is."""
        transfer = self.transfer if self.is_hdr else "bt709"
        space = "bt2020nc" if self.primaries in {"bt2020", ""} else "bt709"
        primaries = self.primaries or "bt2020"
        depth = "pc" if self.full_range else "tv"
        return [
            f"setparams=color_trc={transfer}:color_primaries={primaries}:colorspace={space}"
            f":range={depth}"
        ]


def _guessed(stream: dict[str, Any]) -> str:
    if stream.get("color_space", "") not in UNNAMED:
        return ""
    return "bt709" if int(stream.get("height", 0)) >= HD_LINES else "smpte170m"


def _named(standard: str) -> str:
    return f"setparams=color_trc={standard}:color_primaries={standard}:colorspace={standard}"


def _pixel_aspect(text: str) -> Fraction:
    value = _fraction(text.replace(":", "/"))
    if not value or not 1 <= max(value, 1 / value) <= MAX_PIXEL_ASPECT:
        return SQUARE
    return value


def _rate(stream: dict[str, Any]) -> Fraction:
    """The frames of a video that has as many each second; of others, a usual rate above theirs.

    Recordings of screens and of meetings have many frames while something moves, and few else.
    """
    nominal, mean = _fraction(stream.get("r_frame_rate")), _fraction(stream.get("avg_frame_rate"))
    rate = nominal or mean or USUAL_RATE
    if mean and rate > mean * Fraction(3, 2):
        rate = next((each for each in USUAL_RATES if each >= mean), HIGHEST_RATE)
    while rate > HIGHEST_RATE * Fraction(101, 100):
        rate /= 2
    return min(max(rate, LOWEST_RATE), HIGHEST_RATE)


def _fraction(text: str | None) -> Fraction:
    """0 for what is none, such as ffprobe's 0/0."""
    try:
        return Fraction(text or "0")
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def has_filters(*names: str) -> bool:
    """Whether this machine's ffmpeg was built with them."""
    return all(name in _filters() for name in names)


@functools.cache
def _filters() -> frozenset[str]:
    try:
        printed = tools.run("ffmpeg", ["-hide_banner", "-v", "error", "-filters"], timeout=30)
    except VideoError:
        return frozenset()
    rows = (line.split() for line in printed.decode(errors="replace").splitlines())
    return frozenset(row[1] for row in rows if len(row) > 2)
