"""Banners of 1920 by 480; what matters stays in the middle 1100, the sides may be cropped."""

import math
from collections.abc import Callable
from pathlib import Path

from canvas import Board, curve, rgb
from covers import boat
from palettes import ACTUAL, FREE, Palette, palette

LEFT = 452


def draw_banners(target: Path) -> None:
    """One WebP for every banner of the demo data."""
    target.mkdir(parents=True, exist_ok=True)
    for slug, (category, kind, title, words, call, scene) in BANNERS.items():
        colors = palette(category, kind)
        board = Board(1920, 480, colors.top, colors.bottom, zoom=2)
        scene(board, colors)
        _words(board, colors, title, words, call)
        board.grain(0.025)
        board.finished().save(target / f"{slug}.webp", quality=90, method=6)


def _words(board: Board, p: Palette, title: str, words: str, call: str) -> None:
    """Title, one sentence and a call."""
    for n, line in enumerate(title.split("|")):
        board.text(LEFT, 168 + 74 * n, line, 60, rgb("#ffffff"))
    board.text(LEFT + 2, 302, words, 23, rgb("#ffffff", 0.86), bold=False)
    wide = board.text_width(call, 22) + 64
    board.box(LEFT, 336, wide, 52, 26, rgb(p.spark))
    board.text(LEFT + wide / 2, 361, call, 22, rgb("#14213a"), anchor="mm")


def _sea(board: Board, p: Palette) -> None:
    """A paper boat at sunrise, the picture of the school."""
    board.glow(1270, 250, 520, p.spark, 0.42)
    board.circle(1270, 236, 112, rgb(p.spark))
    board.circle(1270, 236, 150, line=rgb(p.spark, 0.3), width=3)
    board.circle(1270, 236, 192, line=rgb(p.spark, 0.16), width=3)
    for x, y, r in (
        (200, 90, 2.5),
        (320, 210, 2),
        (960, 80, 2.5),
        (1030, 150, 2),
        (1560, 70, 3),
        (1680, 180, 2),
        (1800, 90, 2.5),
        (90, 260, 2),
    ):
        board.circle(x, y, r, rgb("#ffffff", 0.7))
    for x, y, wide in (
        (1000, 214, 110),
        (1440, 128, 150),
        (1490, 156, 84),
        (150, 150, 140),
        (1700, 240, 120),
    ):
        board.box(x, y, wide, 14, 7, rgb("#ffffff", 0.2))
    _wave(board, 360, 16, 0.4, rgb(p.second, 0.4))
    boat(board, 1290, 310, 104, rgb("#ffffff"), rgb("#e7f1ff"))
    board.shape([(1186, 337), (1394, 337), (1352, 390), (1228, 390)], rgb("#ff7d5c"))
    _wave(board, 384, 15, 2.1, rgb("#4f8fdc"))
    _wave(board, 418, 13, 3.7, rgb("#2a62ae"))
    _wave(board, 450, 11, 5.0, rgb("#173f7d"))


def _wave(board: Board, level: float, high: float, phase: float, color: tuple[int, ...]) -> None:
    """Water up to a wavy line."""
    crest = [
        (x, level + high * math.sin(x / 92 + phase) + high * 0.4 * math.sin(x / 37 + phase * 2))
        for x in range(-10, 1931, 10)
    ]
    board.shape([*crest, (1930, 490), (-10, 490)], color)


def _shop(board: Board, p: Palette) -> None:
    """From a click to a parcel: cards on a counter."""
    board.glow(1240, 240, 480, p.main, 0.6)
    for n in range(9):
        board.circle(1240, 600, 260 + 70 * n, line=rgb("#ffffff", 0.05), width=2)
    for n, (x, y) in enumerate(((985, 118), (1150, 78), (1315, 118))):
        board.shadow(x, y, 150, 196, 18)
        board.box(x, y, 150, 196, 18, rgb("#ffffff"))
        board.box(x + 14, y + 14, 122, 92, 12, rgb((p.second, p.spark, "#ff9c86")[n]))
        board.box(x + 14, y + 122, 88, 12, 6, rgb("#1c2f55", 0.8))
        board.box(x + 14, y + 144, 58, 10, 5, rgb("#1c2f55", 0.25))
        board.box(x + 14, y + 166, 50, 16, 8, rgb("#e0452f"))
    board.circle(1060, 178, 26, rgb("#ffffff", 0.9))
    board.box(1200, 112, 50, 50, 12, rgb("#ffffff", 0.9))
    board.shape([(1390, 150), (1422, 206), (1358, 206)], rgb("#ffffff", 0.9))
    board.box(985, 346, 480, 64, 32, rgb("#ffffff", 0.12))
    for n in range(3):
        x = 1018 + 162 * n
        board.circle(x + 10, 378, 14, rgb("#37c98b"))
        board.line([(x + 4, 379), (x + 9, 384), (x + 17, 373)], rgb("#ffffff"), 3.5)
        board.text(x + 34, 386, ("下单", "支付", "上线")[n], 21, rgb("#ffffff"))
        if n < 2:
            board.line([(x + 92, 378), (x + 148, 378)], rgb("#ffffff", 0.35), 3)


def _data(board: Board, p: Palette) -> None:
    """A tide of points with one clear line."""
    board.glow(1280, 230, 520, p.second, 0.3)
    for row in range(11):
        for column in range(97):
            x = 20 * column
            y = 238 + 19 * row + 34 * math.sin(x / 150 + row * 0.45) * (1 - row / 14)
            near = max(0.0, 1 - abs(x - 1290) / 900)
            board.circle(x, y, 1.6 + 2.2 * near, rgb(p.second, 0.1 + 0.4 * near))
    points = [
        (1010, 322),
        (1076, 272),
        (1140, 288),
        (1220, 206),
        (1310, 226),
        (1400, 136),
        (1490, 96),
    ]
    path = curve(points, 20)
    board.line(path, rgb(p.spark), 8)
    for x, y in points:
        board.circle(x, y, 12, rgb(p.bottom), rgb(p.spark), 6)
    board.shadow(1230, 60, 148, 62, 16)
    board.box(1230, 60, 148, 62, 16, rgb("#ffffff"))
    board.text(1304, 91, "+18.6%", 27, rgb("#4a35b0"), anchor="mm")
    board.shape([(1372, 100), (1396, 118), (1366, 116)], rgb("#ffffff"))


Scene = Callable[[Board, Palette], None]

BANNERS: dict[str, tuple[str, int, str, str, str, Scene]] = {
    "school": (
        "Python",
        ACTUAL,
        "把想学的，|变成会做的",
        "八门免费课，从第一行代码开始起航",
        "去看免费课",
        _sea,
    ),
    "django-shop": (
        "前端",
        ACTUAL,
        "做一个真正|能上线的商城",
        "Django REST 在线商城实战：下单、支付、部署",
        "看看这门课",
        _shop,
    ),
    "data-ai": (
        "数据分析",
        FREE,
        "让数据|开口说话",
        "电商数据分析实战：八个月的数据，六个真问题",
        "开始分析",
        _data,
    ),
}
