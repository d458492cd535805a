"""Motifs for courses about languages and code, in the right half of an 800 by 450 cover."""

import math
from itertools import pairwise

from canvas import Board, curve, rgb
from palettes import Palette


def window(board: Board, p: Palette, x: float, y: float, w: float, h: float) -> None:
    """An application window with three buttons."""
    board.shadow(x, y, w, h, 14)
    board.box(x, y, w, h, 14, rgb(p.paper), p.line(0.14), 1.5)
    for n, color in enumerate((p.spark, p.second, p.main)):
        board.circle(x + 22 + 18 * n, y + 21, 5, rgb(color))


def snake(board: Board, p: Palette) -> None:
    """A round, friendly snake that carries the last bead of a pattern."""
    points = [
        (420, 392),
        (500, 388),
        (560, 330),
        (510, 270),
        (560, 205),
        (660, 225),
        (720, 165),
        (672, 100),
        (600, 108),
    ]
    body = curve(points, 40)
    board.line([(x + 4, y + 10) for x, y in body], rgb("#06122a", 0.18), 50)
    board.line(body, rgb(p.spark), 48)
    for n in range(10, len(body) - 40, 21):
        board.circle(*body[n], 8.5, rgb(p.main, 0.9))
    board.circle(592, 108, 33, rgb(p.spark))
    board.circle(582, 98, 7.5, rgb("#ffffff"))
    board.circle(580, 98, 4, rgb("#10203f"))
    board.arc(582, 114, 10, 20, 120, rgb("#10203f"), 2.5)
    for x, y, r in ((690, 330, 16), (738, 286, 8), (640, 374, 7)):
        board.circle(x, y, r, line=p.line(0.5), width=3)


def brackets(board: Board, p: Palette) -> None:
    """A page between two angle brackets."""
    window(board, p, 494, 118, 216, 214)
    board.box(514, 164, 86, 70, 8, rgb(p.second))
    board.shape(
        [(514, 234), (546, 192), (568, 216), (580, 204), (600, 226), (600, 234)], rgb(p.main)
    )
    board.circle(582, 184, 8, rgb(p.spark))
    for n, w in enumerate((80, 60, 72)):
        board.box(614, 168 + 24 * n, w, 9, 4.5, p.line(0.55 - 0.12 * n))
    for n, w in enumerate((178, 144, 104)):
        board.box(514, 254 + 22 * n, w, 9, 4.5, p.line(0.34))
    board.line([(466, 172), (424, 225), (466, 278)], rgb(p.spark), 13)
    board.line([(738, 172), (780, 225), (738, 278)], rgb(p.spark), 13)


def braces(board: Board, p: Palette) -> None:
    """Curly braces around the ring of an event loop."""
    for side in (-1, 1):
        cx = 600 + side * 122
        points = [
            (cx, 96),
            (cx + side * 30, 104),
            (cx + side * 34, 150),
            (cx + side * 36, 196),
            (cx + side * 58, 225),
        ]
        upper = curve(points, 20)
        board.line([*upper, *[(x, 450 - y) for x, y in reversed(upper)]], p.line(0.9), 13)
    board.circle(600, 225, 88, line=p.line(0.2), width=18)
    board.arc(600, 225, 79, -80, 40, rgb(p.spark), 18)
    board.arc(600, 225, 79, 100, 160, rgb(p.second), 18)
    board.shape([(686, 262), (640, 268), (668, 300)], rgb(p.spark))
    board.line([(583, 205), (583, 245)], p.line(), 9)
    board.line([(613, 205), (613, 245)], p.line(), 9)


def web(board: Board, p: Palette) -> None:
    """A spider's web whose knots are data."""
    cx, cy = 610, 222
    spokes = [math.radians(18 + 40 * n) for n in range(9)]
    board.glow(cx, cy, 250, p.main, 0.55)
    for a in spokes:
        board.line([(cx, cy), (cx + 240 * math.cos(a), cy + 240 * math.sin(a))], p.line(0.26), 2)
    for r in (48, 92, 138, 184):
        ring = [(cx + r * math.cos(a), cy + r * math.sin(a)) for a in [*spokes, spokes[0]]]
        for one, two in pairwise(ring):
            middle = (
                (one[0] + two[0]) / 2 * 0.9 + cx * 0.1,
                (one[1] + two[1]) / 2 * 0.9 + cy * 0.1,
            )
            board.line(curve([one, middle, two], 10), p.line(0.34), 2)
    for n, (r, size) in enumerate(
        ((48, 7), (138, 10), (92, 9), (184, 8), (138, 7), (92, 12), (184, 10), (48, 6), (138, 11))
    ):
        a = spokes[n]
        board.circle(
            cx + r * math.cos(a), cy + r * math.sin(a), size, rgb(p.spark if n % 3 else p.second)
        )
    board.circle(cx, cy, 20, rgb(p.spark))
    board.circle(cx, cy, 9, rgb(p.bottom))


def wraps(board: Board, p: Palette) -> None:
    """A function wrapped again and again, marked with @."""
    for n, (half, alpha) in enumerate(((158, 0.16), (120, 0.34), (82, 0.7))):
        shift = 8 * (2 - n) - 6
        board.box(
            610 - half + shift, 225 - half + shift, 2 * half, 2 * half, 26, rgb(p.main, alpha)
        )
    board.shadow(554, 169, 100, 100, 22, 0.3)
    board.box(554, 169, 100, 100, 22, rgb(p.spark))
    board.text(604, 216, "@", 66, rgb(p.ink), anchor="mm")


def lanes(board: Board, p: Palette) -> None:
    """Tasks that wait and take turns on their lanes."""
    rows = (
        (430, 70, 560, 120),
        (470, 130, 650, 70),
        (430, 40, 520, 90),
        (500, 90, 660, 100),
        (450, 60, 570, 150),
    )
    for n, (a, wide, b, wide2) in enumerate(rows):
        y = 108 + 56 * n
        board.box(420, y, 340, 26, 13, p.line(0.07))
        board.box(a, y, wide, 26, 13, rgb(p.main))
        board.box(b, y, wide2, 26, 13, rgb((p.spark, p.second)[n % 2]))
        board.line([(a + wide + 8, y + 13), (b - 8, y + 13)], p.line(0.25), 2)
    board.line([(632, 80), (632, 380)], p.line(0.75), 3)
    board.shape([(621, 74), (643, 74), (632, 92)], p.line())


def papers(board: Board, p: Palette) -> None:
    """Sheets that fly through a gear and come out done."""
    for n, (x, y) in enumerate(((430, 92), (452, 116), (474, 140))):
        board.shadow(x, y, 130, 168, 12, 0.14, 9)
        board.box(x, y, 130, 168, 12, rgb("#ffffff"), p.line(0.12), 1.5)
        for row in range(5 if n == 2 else 0):
            board.box(
                x + 18, y + 26 + 26 * row, (92, 70, 84, 58, 76)[row], 10, 5, rgb(p.second, 0.65)
            )
    for n in range(8):
        a = math.radians(45 * n + 12)
        board.line([(664, 250), (664 + 82 * math.cos(a), 250 + 82 * math.sin(a))], rgb(p.main), 30)
    board.circle(664, 250, 70, rgb(p.main))
    board.circle(664, 250, 42, rgb("#ffffff"))
    board.line([(645, 251), (659, 266), (685, 236)], rgb(p.spark), 10)


def sets(board: Board, p: Palette) -> None:
    """Types as overlapping sets."""
    board.circle(610, 225, 172, rgb(p.main, 0.10), rgb(p.main, 0.5), 3)
    for x, y, color in ((565, 195, p.main), (660, 205, p.spark), (605, 282, p.second)):
        board.circle(x, y, 82, rgb(color, 0.55))
        board.circle(x, y, 82, line=rgb(color), width=3)
    for x, y, word in ((525, 168, "T"), (702, 178, "U"), (600, 326, "K")):
        board.text(x, y, word, 34, rgb(p.ink), mono=True, anchor="mm")


def layers(board: Board, p: Palette) -> None:
    """Six floors of a house, from the ground to the roof."""
    colors = (p.second, p.main, p.second, p.main, p.spark, p.spark)
    for n, color in enumerate(colors):
        y, half = 340 - 44 * n, 150 - 9 * n
        top = [(600 - half, y), (600, y - half * 0.46), (600 + half, y), (600, y + half * 0.46)]
        side = [
            (600 - half, y),
            (600, y + half * 0.46),
            (600 + half, y),
            (600 + half, y + 17),
            (600, y + half * 0.46 + 17),
            (600 - half, y + 17),
        ]
        board.shape(side, rgb("#071430", 0.55))
        board.shape(side, rgb(color, 0.55))
        board.shape(top, rgb(color, 0.95 if n != 4 else 0.75))
    board.line([(600, 120), (600, 62)], p.line(), 4)
    board.shape([(602, 60), (648, 74), (602, 90)], rgb(p.second))
