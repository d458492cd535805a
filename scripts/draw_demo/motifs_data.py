"""Motifs for courses about tables, figures, models and layouts."""

import math
import random
from itertools import pairwise

from canvas import Board, curve, rgb
from palettes import Palette


def cells(board: Board, p: Palette) -> None:
    """A sheet whose cells rise to bars."""
    heights = (0, 30, 66, 110, 150)
    for column in range(5):
        for row in range(5):
            x, y = 424 + 70 * column, 96 + 54 * row
            board.box(x, y, 62, 46, 8, p.line(0.16 if row else 0.34))
    for column, high in enumerate(heights):
        x, top = 424 + 70 * column, 358 - high - 46
        board.shadow(x, top, 62, high + 46, 8, 0.2, 8)
        board.box(x, top, 62, high + 46, 8, rgb(p.spark if column == 4 else p.second))
    board.line(
        curve([(455, 286), (525, 256), (595, 216), (665, 172), (735, 128)], 10), rgb("#ffffff"), 5
    )
    for x, y in ((455, 286), (525, 256), (595, 216), (665, 172), (735, 128)):
        board.circle(x, y, 9, rgb("#ffffff"), rgb(p.main), 4)


def trend(board: Board, p: Palette) -> None:
    """Weekly bars, a trend and a share."""
    board.glow(620, 240, 260, p.main, 0.45)
    for n in range(5):
        board.line([(424, 110 + 60 * n), (776, 110 + 60 * n)], p.line(0.1), 1.5)
    highs = (70, 104, 92, 140, 128, 176, 214)
    for n, high in enumerate(highs):
        board.box(432 + 50 * n, 350 - high, 32, high, 8, rgb(p.main if n < 6 else p.spark))
    points = [
        (448 + 50 * n, 322 - high * 0.98)
        for n, high in enumerate((96, 118, 116, 158, 160, 206, 230))
    ]
    board.line(curve(points, 16), rgb(p.second), 6)
    for point in points:
        board.circle(*point, 8, rgb(p.bottom), rgb(p.second), 4.5)
    board.arc(500, 138, 34, 0, 360, p.line(0.18), 17)
    board.arc(500, 138, 34, -90, 140, rgb(p.spark), 17)


def join(board: Board, p: Palette) -> None:
    """Two tables and the rows that they share."""
    for x, y, color in ((430, 92, p.main), (572, 158, p.spark)):
        board.shadow(x, y, 190, 208, 14, 0.18, 10)
        board.box(x, y, 190, 208, 14, rgb("#ffffff"), rgb(color, 0.5), 2)
        board.box(x, y, 190, 42, 14, rgb(color))
        board.box(x, y + 22, 190, 20, 0, rgb(color))
        for row in range(4):
            for column, wide in enumerate((34, 62, 40)):
                board.box(
                    x + 18 + (0, 46, 120)[column],
                    y + 62 + 36 * row,
                    wide,
                    10,
                    5,
                    rgb(color, 0.3 if column else 0.6),
                )
    board.box(572, 200, 48, 100, 0, rgb(p.second, 0.45))
    board.circle(596, 250, 27, rgb(p.ink))
    board.line([(584, 240), (584, 260), (608, 240), (608, 260), (584, 240)], rgb("#ffffff"), 3.5)


def _network(
    board: Board,
    p: Palette,
    columns: tuple[int, ...],
    left: float,
    step: float,
    lit: set[tuple[int, int]],
) -> None:
    """Layers of cells with all their links; `lit` cells glow."""
    spots = [
        [(left + step * c, 225 + (r - (n - 1) / 2) * 64) for r in range(n)]
        for c, n in enumerate(columns)
    ]
    for c, (here, there) in enumerate(pairwise(spots)):
        for i, one in enumerate(here):
            for k, two in enumerate(there):
                hot = (c, i) in lit and (c + 1, k) in lit
                board.line([one, two], rgb(p.spark) if hot else p.line(0.2), 4.5 if hot else 1.8)
    for c, column in enumerate(spots):
        for r, (x, y) in enumerate(column):
            hot = (c, r) in lit
            board.circle(
                x,
                y,
                19 if hot else 15,
                rgb(p.spark if hot else (p.second if (c + r) % 2 else p.main)),
            )
            board.circle(x, y, 7, rgb("#ffffff", 0.85))


def network(board: Board, p: Palette) -> None:
    """A network of four layers with one lit path."""
    _network(board, p, (3, 5, 5, 2), 440, 106, {(0, 1), (1, 1), (2, 3), (3, 1)})


def mind(board: Board, p: Palette) -> None:
    """A small model that thinks inside a head of rings."""
    for n, r in enumerate((176, 140, 104)):
        board.circle(606, 225, r, p.line(0.05 + 0.03 * n), p.line(0.16), 1.5)
    for angle, r, size, color in (
        (-60, 176, 13, p.spark),
        (35, 176, 9, p.second),
        (160, 176, 11, p.second),
        (100, 140, 8, p.spark),
        (-150, 140, 10, p.ink),
        (-15, 140, 12, p.second),
    ):
        a = math.radians(angle)
        board.circle(606 + r * math.cos(a), 225 + r * math.sin(a), size, rgb(color))
    hub = [(570, 180), (640, 172), (664, 232), (606, 225), (556, 256), (622, 284)]
    for i, one in enumerate(hub):
        for two in hub[i + 1 :]:
            if math.dist(one, two) < 92:
                board.line([one, two], p.line(0.75), 3.5)
    for n, (x, y) in enumerate(hub):
        board.circle(x, y, (14, 12, 15, 22, 13, 12)[n], rgb(p.spark if n == 3 else p.ink))


def boundary(board: Board, p: Palette) -> None:
    """Two classes and the line that a model found."""
    dice = random.Random(7)
    edge = curve(
        [(360, 452), (430, 318), (500, 250), (560, 262), (620, 210), (690, 120), (802, 100)], 24
    )
    board.shape([*edge, (802, 452)], rgb(p.main, 0.28))
    for n in range(3):
        board.line([(x + 10 * n, y + 30 * n) for x, y in edge], rgb(p.second, 0.4 - 0.1 * n), 2)
    board.line(edge, rgb("#ffffff"), 5)
    for _ in range(400):
        x, y = dice.uniform(430, 775), dice.uniform(70, 410)
        gap = y - min(edge, key=lambda e: abs(e[0] - x))[1]
        if abs(gap) > 26 and dice.random() < 0.17:
            board.circle(x, y, dice.choice((5, 7, 9)), rgb(p.spark if gap < 0 else p.second, 0.92))


def blocks(board: Board, p: Palette) -> None:
    """A page composed on a grid."""
    areas = (
        (0, 0, 3, 1, p.main),
        (0, 1, 1, 2, p.second),
        (1, 1, 1, 1, p.spark),
        (2, 1, 1, 1, p.main),
        (1, 2, 2, 1, p.second),
        (0, 3, 2, 1, p.spark),
        (2, 3, 1, 1, p.main),
    )
    for column, row, wide, high, color in areas:
        x, y = 436 + 110 * column, 74 + 78 * row
        alpha = 1.0 if (column + row) % 2 == 0 else 0.72
        board.box(x, y, 110 * wide - 12, 78 * high - 12, 12, rgb(color, alpha))
    for n in range(4):
        x = 430 + 110 * n
        board.line([(x, 56), (x, 392)], p.line(0.2), 1.2)


def shop(board: Board, p: Palette) -> None:
    """A shopping bag, a product card and a paid mark."""
    board.glow(600, 230, 250, p.main, 0.5)
    board.shadow(590, 90, 168, 216, 16)
    board.box(590, 90, 168, 216, 16, rgb("#ffffff"))
    board.box(606, 106, 136, 102, 10, rgb(p.second))
    board.circle(674, 157, 30, rgb(p.spark))
    board.box(606, 224, 96, 11, 5.5, rgb(p.bottom, 0.75))
    board.box(606, 246, 64, 9, 4.5, rgb(p.bottom, 0.25))
    board.box(668, 272, 74, 18, 9, rgb("#e0452f"))
    board.shadow(438, 190, 190, 176, 18)
    board.shape([(446, 190), (616, 190), (632, 366), (430, 366)], rgb(p.spark))
    board.arc(531, 196, 44, 180, 360, p.line(0.95), 9)
    for x in (487, 575):
        board.circle(x, 212, 8, rgb(p.bottom))
    board.arc(531, 262, 36, 25, 155, rgb(p.bottom), 8)
    board.circle(690, 340, 36, rgb("#37c98b"), rgb(p.bottom), 6)
    board.line([(674, 341), (686, 353), (708, 328)], rgb("#ffffff"), 7)
