"""A drawing board in design units: drawn enlarged and reduced once, so edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED, MONO = 2, 7  # faces inside the Noto CJK collection

Point = tuple[float, float]
Color = tuple[int, ...]


@cache
def font(size: int, *, bold: bool = True, mono: bool = False) -> ImageFont.FreeTypeFont:
    """Noto Sans (or Sans Mono) CJK SC."""
    name = f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc"
    return ImageFont.truetype(str(FONTS / name), size, index=MONO if mono else SIMPLIFIED)


def rgb(code: str, alpha: float = 1.0) -> Color:
    """`#rrggbb` and an opacity from 0 to 1."""
    return (int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16), round(alpha * 255))


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one to the other."""
    pairs = zip(rgb(one)[:3], rgb(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def curve(points: Sequence[Point], steps: int = 24) -> list[Point]:
    """A smooth line through all points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    smooth: list[Point] = []
    for i in range(1, len(padded) - 2):
        smooth += [_between(padded[i - 1 : i + 3], n / steps) for n in range(steps)]
    return [*smooth, points[-1]]


def _between(four: Sequence[Point], t: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )

    return (one(*(p[0] for p in four)), one(*(p[1] for p in four)))


def polygon(x: float, y: float, radius: float, sides: int, turn: float = 0.0) -> list[Point]:
    """Corners of a regular polygon; `turn` in degrees."""
    angles = [math.radians(turn + 360 * n / sides) for n in range(sides)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


class Board:
    """One picture of `width` by `height` units, drawn `zoom` times larger."""

    def __init__(self, width: int, height: int, top: str, bottom: str, zoom: int = 3) -> None:
        self.width, self.height, self.zoom = width, height, zoom
        self.image = self._gradient(top, bottom)
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def copy(self) -> Board:
        """The same board once more, to draw on without harm."""
        twin = copy(self)
        twin.image = self.image.copy()
        twin.draw = ImageDraw.Draw(twin.image, "RGBA")
        return twin

    def _gradient(self, top: str, bottom: str) -> Image.Image:
        """A diagonal blend of two colours over the whole board."""
        size = (self.width * self.zoom, self.height * self.zoom)
        down, right = Image.linear_gradient("L"), Image.linear_gradient("L").rotate(90)
        mask = Image.blend(down, right, 0.45).resize(size, Image.Resampling.BICUBIC)
        return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.zoom, y * self.zoom) for x, y in points]

    def circle(
        self,
        x: float,
        y: float,
        r: float,
        fill: Color | None = None,
        line: Color | None = None,
        width: float = 2,
    ) -> None:
        """A disc, a ring, or both."""
        box = self._scaled([(x - r, y - r), (x + r, y + r)])
        self.draw.ellipse(box, fill=fill, outline=line, width=round(width * self.zoom))

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Color) -> None:
        """A filled ellipse around its centre."""
        self.draw.ellipse(self._scaled([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, color: Color, width: float
    ) -> None:
        """Part of a ring, degrees clockwise from three o'clock, with round ends."""
        span = [start + (end - start) * n / 60 for n in range(61)]
        self.line(
            [(x + r * math.cos(math.radians(a)), y + r * math.sin(math.radians(a))) for a in span],
            color,
            width,
        )

    def line(self, points: Sequence[Point], color: Color, width: float = 2) -> None:
        """A line with round joints and ends; opacity applies once, also where it crosses itself."""
        if color[3] == 255:
            self._stroke(self.draw, points, color, width)
            return
        mask = Image.new("L", self.image.size)
        self._stroke(ImageDraw.Draw(mask), points, (color[3],), width)
        self.image.paste(color[:3], mask=mask)

    def _stroke(
        self, draw: ImageDraw.ImageDraw, points: Sequence[Point], color: Color, width: float
    ) -> None:
        ink = color[0] if len(color) == 1 else color
        scaled, r = self._scaled(points), width * self.zoom / 2
        draw.line(scaled, fill=ink, width=max(1, round(width * self.zoom)))
        for x, y in scaled:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        r: float = 0,
        fill: Color | None = None,
        line: Color | None = None,
        width: float = 2,
    ) -> None:
        """A rectangle with rounded corners."""
        area = self._scaled([(x, y), (x + w, y + h)])
        corners = [area[0][0], area[0][1], area[1][0], area[1][1]]
        self.draw.rounded_rectangle(
            corners, r * self.zoom, fill=fill, outline=line, width=round(width * self.zoom)
        )

    def shape(self, points: Sequence[Point], fill: Color) -> None:
        """A filled polygon."""
        self.draw.polygon(self._scaled(points), fill=fill)

    def shadow(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        r: float,
        alpha: float = 0.28,
        blur: float = 14,
    ) -> None:
        """A soft shadow below a card that is drawn next."""
        small = Image.new("L", (self.width, self.height))
        ImageDraw.Draw(small).rounded_rectangle(
            (x, y + 10, x + w, y + h + 10), r, fill=round(alpha * 255)
        )
        mask = small.filter(ImageFilter.GaussianBlur(blur)).resize(
            self.image.size, Image.Resampling.BILINEAR
        )
        self.image.paste((6, 10, 30), mask=mask)

    def glow(self, x: float, y: float, r: float, color: str, alpha: float) -> None:
        """A round light that fades to nothing."""
        size = round(2 * r * self.zoom)
        light = ImageChops.invert(Image.radial_gradient("L")).point(
            [max(0, v - 75) * 255 // 180 for v in range(256)]
        )
        mask = light.resize((size, size), Image.Resampling.BICUBIC).point(
            [round(v * v / 255 * alpha) for v in range(256)]
        )
        self.image.paste(
            rgb(color)[:3], (round((x - r) * self.zoom), round((y - r) * self.zoom)), mask
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        color: Color,
        *,
        bold: bool = True,
        mono: bool = False,
        anchor: str = "ls",
    ) -> None:
        """One line of text; the anchor is the left end of the base line unless told otherwise."""
        face = font(round(size * self.zoom), bold=bold, mono=mono)
        self.draw.text((x * self.zoom, y * self.zoom), words, font=face, fill=color, anchor=anchor)

    def text_width(
        self, words: str, size: float, *, bold: bool = True, mono: bool = False
    ) -> float:
        """How many units the line takes."""
        return font(round(size * self.zoom), bold=bold, mono=mono).getlength(words) / self.zoom

    def grain(self, amount: float = 0.035) -> None:
        """A little noise against banding in the gradient."""
        noise = (
            Image.effect_noise((self.width, self.height), 40).resize(self.image.size).convert("RGB")
        )
        self.image.paste(Image.blend(self.image, ImageChops.overlay(self.image, noise), amount))

    def finished(self) -> Image.Image:
        """The picture in its real size."""
        return self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
