"""Motifs for courses about servers, tools and networks."""

import math

from canvas import Board, curve, polygon, rgb
from motifs_code import window
from palettes import Palette


def terminal(board: Board, p: Palette) -> None:
    """A terminal in the middle of a session."""
    x, y = 430, 92
    board.shadow(x, y, 330, 262, 16)
    board.box(x, y, 330, 262, 16, rgb("#0b1a15", 0.96))
    for n, color in enumerate((p.spark, p.second, p.main)):
        board.circle(x + 24 + 20 * n, y + 24, 6, rgb(color))
    for n, (command, wide) in enumerate(
        (("ls -la", 176), ("grep -c 404", 92), ("tail -f app", 214))
    ):
        top = y + 76 + 58 * n
        board.text(x + 24, top, "$", 19, rgb(p.spark), mono=True)
        board.text(x + 46, top, command, 19, rgb("#eafff3"), mono=True)
        board.box(x + 24, top + 15, wide, 8, 4, rgb(p.second, 0.45))
    board.box(x + 24, y + 228, 12, 20, 2, rgb(p.second))


def commits(board: Board, p: Palette) -> None:
    """Branches that leave and come home."""
    rows = {"main": 225, "up": 140, "down": 310}
    board.line([(410, 225), (780, 225)], p.line(0.9), 8)
    board.line(
        curve(
            [
                (450, 225),
                (492, 200),
                (520, 150),
                (560, 140),
                (620, 140),
                (662, 150),
                (690, 200),
                (728, 225),
            ],
            14,
        ),
        rgb(p.spark),
        8,
    )
    board.line(
        curve([(490, 225), (530, 250), (556, 300), (596, 310), (680, 310), (740, 310)], 14),
        rgb(p.second),
        8,
    )
    for x, row in (
        (450, "main"),
        (560, "up"),
        (600, "main"),
        (620, "up"),
        (728, "main"),
        (596, "down"),
        (668, "down"),
        (740, "down"),
    ):
        color = {"main": p.ink, "up": p.spark, "down": p.second}[row]
        board.circle(x, rows[row], 15, rgb(p.bottom), rgb(color), 7)
    board.box(656, 88, 104, 34, 17, rgb(p.spark))
    board.text(708, 105, "feature", 17, rgb("#1c3128"), mono=True, anchor="mm")


def pipes(board: Board, p: Palette) -> None:
    """Small commands linked to one chain."""
    for n, (word, color) in enumerate((("find", p.main), ("sort", p.second), ("tar", p.spark))):
        x, y = 424 + 62 * n, 98 + 92 * n
        if n < 2:
            board.line([(x + 126, y + 40), (x + 126, y + 112)], p.line(0.3), 6)
        board.shadow(x, y, 190, 62, 31, 0.16, 9)
        board.box(x, y, 190, 62, 31, rgb(color))
        board.text(x + 34, y + 41, "$", 26, rgb("#ffffff", 0.75), mono=True)
        board.text(x + 64, y + 41, word, 28, rgb("#ffffff"), mono=True)


def routes(board: Board, p: Palette) -> None:
    """One door, many rooms."""
    ends = (96, 160, 225, 290, 354)
    for n, y in enumerate(ends):
        color = (p.main, p.second, p.spark, p.second, p.main)[n]
        board.line(
            curve(
                [(478, 225), (550, 225 + (y - 225) * 0.2), (610, y - (y - 225) * 0.15), (680, y)],
                20,
            ),
            rgb(color),
            9 if n == 2 else 6,
        )
        board.box(680, y - 22, 78, 44, 12, rgb(color))
        board.circle(702, y, 6, rgb("#ffffff"))
        board.box(716, y - 4, 28, 8, 4, rgb("#ffffff", 0.8))
    board.shape(polygon(462, 225, 62, 6, 30), rgb(p.main))
    board.text(462, 224, "N", 54, rgb("#ffffff"), anchor="mm")


def racks(board: Board, p: Palette) -> None:
    """Two racks of servers with their lamps."""
    board.glow(600, 230, 260, p.main, 0.5)
    for column, x in enumerate((448, 612)):
        board.shadow(x, 82 + 24 * column, 146, 290, 14)
        board.box(x, 82 + 24 * column, 146, 290, 14, rgb(p.paper), p.line(0.2), 2)
        for row in range(6):
            y = 98 + 24 * column + 44 * row
            board.box(x + 14, y, 118, 34, 7, rgb(p.bottom, 0.75))
            board.circle(x + 32, y + 17, 6, rgb(p.spark if (row + column) % 4 == 1 else p.second))
            for bar in range(4):
                lit = (row * 3 + bar + column) % 5
                board.box(x + 56 + 18 * bar, y + 11, 10, 12, 2, rgb(p.second, 0.2 + 0.16 * lit))


def cargo(board: Board, p: Palette) -> None:
    """Containers on a ship, steered by a wheel."""
    sizes = (
        (0, 0, 0),
        (1, 0, 1),
        (2, 0, 2),
        (3, 0, 0),
        (0, 1, 1),
        (1, 1, 2),
        (2, 1, 0),
        (1, 2, 0),
        (2, 2, 1),
    )
    for column, row, tone in sizes:
        x, y = 446 + 76 * column, 236 - 54 * row
        color = (p.main, p.second, p.spark)[tone]
        board.box(x, y, 70, 48, 5, rgb(color))
        for n in range(5):
            board.box(x + 10 + 12 * n, y + 9, 3.5, 30, 1.5, rgb("#08160f", 0.22))
    board.shape([(416, 292), (776, 292), (744, 352), (452, 352)], rgb("#f4fbf7"))
    board.shape([(430, 318), (762, 318), (744, 352), (452, 352)], rgb(p.main))
    for n in range(3):
        wave = [(400 + 8 * i, 366 + 18 * n + 6 * math.sin(i / 2.6 + n)) for i in range(50)]
        board.line(wave, rgb(p.second, 0.6 - 0.17 * n), 5)
    cx, cy = 718, 118
    for n in range(7):
        a = math.radians(360 / 7 * n - 90)
        board.line([(cx, cy), (cx + 52 * math.cos(a), cy + 52 * math.sin(a))], p.line(0.9), 5)
    board.circle(cx, cy, 36, line=p.line(0.9), width=6)
    board.circle(cx, cy, 11, rgb(p.spark))


def hexagons(board: Board, p: Palette) -> None:
    """Services as cells that talk to each other."""
    cells = (
        (600, 225, p.spark, 1),
        (600, 117, p.main, 1),
        (694, 171, p.second, 0.9),
        (694, 279, p.main, 1),
        (600, 333, p.second, 0.55),
        (506, 279, p.main, 0.75),
        (506, 171, p.second, 0.8),
    )
    for x, y, *_ in cells[1:]:
        board.line([(600, 225), (x, y)], p.line(0.5), 4)
    for x, y, color, alpha in cells:
        board.shape(polygon(x, y, 55, 6), rgb(color, alpha))
    for x, y in ((788, 225), (412, 225), (412, 117), (788, 117), (788, 333), (412, 333)):
        outline = polygon(x, y, 55, 6)
        board.line([*outline, outline[0]], p.line(0.12), 2)
    for x, y, *_ in cells:
        dark = rgb("#08303c", 0.85)
        board.box(x - 20, y - 14, 40, 7, 3.5, dark)
        board.box(x - 20, y, 26, 7, 3.5, dark)
        board.circle(x + 16, y + 13, 4.5, dark)


def streams(board: Board, p: Palette) -> None:
    """Parallel streams that meet in one channel."""
    for n in range(7):
        y, color = 84 + 47 * n, (p.main, p.second, p.spark)[n % 3]
        path = curve(
            [
                (410, y),
                (480, y),
                (560, 225 + (y - 225) * 0.45),
                (640, 225 + (n - 3) * 9),
                (790, 225 + (n - 3) * 9),
            ],
            24,
        )
        board.line(path, rgb(color, 0.9), 7)
        for k in (14 + 5 * n, 44 + (3 * n) % 9):
            board.circle(*path[k % len(path)], 11, rgb("#ffffff"), rgb(color), 5)
    board.box(664, 168, 54, 114, 27, rgb(p.ink, 0.92))
    for n in range(3):
        board.circle(691, 196 + 29 * n, 8, rgb((p.second, p.spark, "#ffffff")[n]))


def rush(board: Board, p: Palette) -> None:
    """Speed, in rounded strokes."""
    rows = ((520, 250), (450, 300), (600, 180), (420, 340), (560, 190), (480, 270), (640, 110))
    for n, (x, wide) in enumerate(rows):
        y = 88 + 42 * n
        color, alpha = ((p.second, 0.95), (p.ink, 0.22), (p.spark, 1), (p.main, 0.75))[n % 4]
        board.box(x, y, wide, 26, 13, rgb(color, alpha))
        board.circle(x - 24, y + 13, 13, rgb(color, alpha * 0.55))
        board.circle(x - 56, y + 13, 6, rgb(color, alpha * 0.3))


def dashboard(board: Board, p: Palette) -> None:
    """A back office in miniature."""
    window(board, p, 424, 84, 350, 282)
    board.box(440, 122, 62, 228, 10, p.line(0.08))
    for n in range(5):
        board.box(452, 138 + 30 * n, 38, 10, 5, rgb(p.spark) if n == 1 else p.line(0.3))
    for n, color in enumerate((p.main, p.second, p.spark)):
        board.box(516 + 82 * n, 122, 74, 58, 10, rgb(color))
        board.box(528 + 82 * n, 136, 28, 7, 3.5, rgb("#ffffff", 0.7))
        board.box(528 + 82 * n, 152, 46, 13, 5, rgb("#ffffff"))
    board.box(516, 192, 156, 158, 10, p.line(0.08))
    for n, high in enumerate((44, 76, 58, 98, 82, 116)):
        board.box(530 + 23 * n, 338 - high, 14, high, 5, rgb(p.spark if n == 5 else p.second))
    board.box(680, 192, 78, 158, 10, p.line(0.08))
    board.arc(719, 246, 22, 0, 360, p.line(0.2), 11)
    board.arc(719, 246, 22, -90, 150, rgb(p.main), 11)
    for n, wide in enumerate((50, 38, 44)):
        board.box(694, 294 + 18 * n, wide, 8, 4, p.line(0.3))
