"""Draws the share picture of a course: cover, name, price, teacher, QR code, as a PNG.

And the picture of a link to it, as a JPEG: the cover alone, since a chat writes name and words
beside it.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pylopdf_fonts_zh_cn
import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

# Pixels. A phone shows the picture as wide as its screen.
WIDTH, HEIGHT, MARGIN = 750, 1180, 48
COVER_HEIGHT = 422
# Of a link's picture. Chats show a large card from 600 by 315 on, 1.91 to 1, and none of WeChat,
# LinkedIn and older apps knows the WebP that covers mostly are.
CARD = (1200, 630)
CARD_QUALITY = 85
INNER = WIDTH - 2 * MARGIN
QR_MODULE, QR_BORDER = 6, 4
PAPER, INK, SOFT, LINE, ACCENT = "#ffffff", "#2b2520", "#736859", "#e7decf", "#b93a1d"
WASH = "#fbece6"

# Latin words and numbers stay in one piece.
_PIECE = re.compile(r"[A-Za-z0-9_.+#'/&-]+|\s+|.", re.S)
# They do not begin a line, so they may stand a little beyond its end.
_CLOSING = "，。、；：？！）》」』】”’…,.;:?!)]}%"
# Categories of characters that the font has no shape for, as emoji, or that have none.
_SHAPELESS = {"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk"}


@dataclass(frozen=True)
class ShareFacts:
    """What the picture says. Prices as they are shown; `before` is blank without a discount.

    `cover` is a name in the public storage, or blank. `address` is that of the course's page.
    """

    name: str
    brief: str
    teacher: str
    price: str
    before: str
    cover: str
    school: str
    address: str


@dataclass(frozen=True)
class CardFacts:
    """What the picture of a link shows; see ShareFacts."""

    cover: str
    school: str


def draw_card(facts: CardFacts, cover: Image.Image | None) -> bytes:
    """The JPEG; without a cover it shows the name of the school."""
    picture = Image.new("RGB", CARD, PAPER)
    _draw_cover(picture, ImageDraw.Draw(picture), facts.school, cover, CARD)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=CARD_QUALITY, progressive=True)
    return file.getvalue()


def draw(facts: ShareFacts, cover: Image.Image | None) -> bytes:
    """The PNG; without a cover its place is filled with a colour."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    _draw_cover(picture, pen, facts.school, cover, (WIDTH, COVER_HEIGHT))
    top = COVER_HEIGHT + 40
    top = _paragraph(pen, facts.name, top, size=44, fill=INK, lines=2, bold=True) + 16
    top = _paragraph(pen, facts.brief, top, size=28, fill=SOFT, lines=2) + 16
    if facts.teacher:
        _paragraph(pen, f"讲师：{facts.teacher}", top, size=28, fill=INK, lines=1)
    _draw_price(pen, facts, HEIGHT - 400)
    _draw_foot(picture, pen, facts)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _draw_cover(
    picture: Image.Image,
    pen: ImageDraw.ImageDraw,
    school: str,
    cover: Image.Image | None,
    size: tuple[int, int],
) -> None:
    width, height = size
    if cover is not None:
        fitted = ImageOps.fit(cover, size, Image.Resampling.LANCZOS)
        if fitted.mode == "RGBA":
            picture.paste(fitted, (0, 0), fitted)
        else:
            picture.paste(fitted.convert("RGB"), (0, 0))
        return
    pen.rectangle((0, 0, width, height), fill=WASH)
    pen.text(
        (width // 2, height // 2),
        _shaped(school)[:12],
        font=_font(56),
        fill=ACCENT,
        anchor="mm",
        stroke_width=1,
        stroke_fill=ACCENT,
    )


def _draw_price(pen: ImageDraw.ImageDraw, facts: ShareFacts, top: int) -> None:
    font = _font(60)
    at = (MARGIN, top)
    pen.text(at, facts.price, font=font, fill=ACCENT, stroke_width=1, stroke_fill=ACCENT)
    if not facts.before:
        return
    left = MARGIN + int(font.getlength(facts.price)) + 24
    small = _font(30)
    pen.text((left, top + 34), facts.before, font=small, fill=SOFT)
    middle = top + 34 + 24
    pen.line((left, middle, left + int(small.getlength(facts.before)), middle), fill=SOFT, width=2)


def _draw_foot(picture: Image.Image, pen: ImageDraw.ImageDraw, facts: ShareFacts) -> None:
    top = HEIGHT - 290
    pen.line((MARGIN, top, WIDTH - MARGIN, top), fill=LINE, width=2)
    code = _qr_code(facts.address)
    left = WIDTH - MARGIN - code.width + QR_BORDER * QR_MODULE
    picture.paste(code, (left, top + 28))
    width = left - MARGIN - 24
    below = _paragraph(
        pen, facts.school, top + 64, size=36, fill=INK, lines=2, bold=True, width=width
    )
    _paragraph(
        pen, "长按识别二维码，查看课程", below + 14, size=26, fill=SOFT, lines=2, width=width
    )


def _paragraph(
    pen: ImageDraw.ImageDraw,
    text: str,
    top: int,
    *,
    size: int,
    fill: str,
    lines: int,
    bold: bool = False,
    width: int = INNER,
) -> int:
    """Write at most so many lines; where the next ones may begin."""
    font = _font(size)
    stroke = 1 if bold else 0
    for line in wrapped(text, font, width=width, lines=lines):
        pen.text((MARGIN, top), line, font=font, fill=fill, stroke_width=stroke, stroke_fill=fill)
        top += round(size * 1.45)
    return top


def wrapped(text: str, font: ImageFont.FreeTypeFont, *, width: int, lines: int) -> list[str]:
    """The text in at most so many lines of so many pixels, with "…" where it is cut."""
    found: list[str] = []
    for line in _lines(_shaped(text), font, width):
        if len(found) == lines:
            found[-1] = _cut(found[-1], font, width)
            break
        found.append(line)
    return found


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(text, font, width):
        if not line or piece in _CLOSING or font.getlength(line + piece) <= width:
            line += piece
            continue
        yield line.rstrip()
        line = piece.lstrip()
    if line.strip():
        yield line.rstrip()


def _pieces(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if font.getlength(piece) > width:
            yield from piece
        else:
            yield piece


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _shaped(text: str) -> str:
    """On one line, of characters that can be drawn; no longer than anything that is shown."""
    line = " ".join(text[:400].split())
    return "".join(each for each in line if unicodedata.category(each) not in _SHAPELESS)


def _qr_code(address: str) -> Image.Image:
    # Without an encoding segno chooses among several that readers take for another one.
    code = segno.make(address, error="m", micro=False, encoding="utf-8")
    rows = [
        bytes(255 * (not module) for module in row) for row in code.matrix_iter(border=QR_BORDER)
    ]
    side = len(rows)
    image = Image.frombytes("L", (side, side), b"".join(rows))
    size = side * QR_MODULE
    return image.resize((size, size), Image.Resampling.NEAREST).convert("RGB")


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = str(pylopdf_fonts_zh_cn.sans_path())
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
