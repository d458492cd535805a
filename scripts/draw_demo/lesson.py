"""The demo lesson: a short film whose clock and progress bar show that time goes by."""

import math
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from canvas import Board, mix, rgb
from covers import boat
from melody import write_melody
from palettes import ACTUAL, palette
from PIL import Image

SECONDS, FPS = 26, 24
COLORS = palette("Python", ACTUAL)
Scene = Callable[[Board, float], None]


def draw_lesson(target: Path) -> None:
    """`lesson.mp4`, and the same film as HLS beside it."""
    (target / "hls").mkdir(parents=True, exist_ok=True)
    film = target / "lesson.mp4"
    with tempfile.TemporaryDirectory() as room:
        tune = Path(room) / "tune.wav"
        write_melody(tune, SECONDS)
        _encode(film, tune)
    segments = [
        "-f",
        "hls",
        "-hls_time",
        "6",
        "-hls_playlist_type",
        "vod",
        "-hls_flags",
        "independent_segments",
    ]
    names = [
        "-hls_segment_filename",
        str(target / "hls" / "part%d.ts"),
        str(target / "hls" / "index.m3u8"),
    ]
    _run(["-i", str(film), "-c", "copy", *segments, *names])


def _run(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-y", "-v", "error", "-nostdin", *arguments], check=True)


def _encode(film: Path, tune: Path) -> None:
    """Pipe every frame to ffmpeg; a key frame every two seconds keeps seeking exact."""
    source = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        "1280x720",
        "-r",
        str(FPS),
        "-i",
        "-",
        "-i",
        str(tune),
    ]
    picture = [
        "-c:v",
        "libx264",
        "-preset",
        "veryslow",
        "-crf",
        "27",
        "-pix_fmt",
        "yuv420p",
        "-tune",
        "animation",
    ]
    keys = ["-g", str(2 * FPS), "-keyint_min", str(2 * FPS), "-sc_threshold", "0"]
    sound = [
        "-c:a",
        "aac",
        "-b:a",
        "64k",
        "-shortest",
        "-movflags",
        "+faststart",
        "-map_metadata",
        "-1",
    ]
    command = ["ffmpeg", "-y", "-v", "error", *source, *picture, *keys, *sound, str(film)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as coder:
        pipe = cast(IO[bytes], coder.stdin)
        ground = Board(1280, 720, COLORS.top, COLORS.bottom, zoom=2)
        ground.glow(1000, 120, 520, COLORS.main, 0.5)
        for number in range(SECONDS * FPS):
            pipe.write(frame(ground, number / FPS).tobytes())
        pipe.close()
    if coder.returncode:
        raise SystemExit(f"ffmpeg ended with {coder.returncode}")


def frame(ground: Board, now: float) -> Image.Image:
    """The picture at `now` seconds."""
    board = ground.copy()
    start, length, chapter, scene = next(s for s in reversed(SCENES) if now >= s[0])
    scene(board, now - start)
    veil = max(0.0, 1 - (now - start) / 0.4, 1 - (start + length - now) / 0.3)
    if veil:
        board.image.paste(Image.blend(board.image, ground.image, min(1.0, veil)))
    _heading(board, chapter)
    _bar(board, now)
    return board.image.reduce(board.zoom)


def _ease(t: float) -> float:
    """From 0 to 1 with a soft landing."""
    t = min(1.0, max(0.0, t))
    return 1 - (1 - t) ** 3


def _heading(board: Board, chapter: str) -> None:
    """Whose lesson this is."""
    boat(board, 74, 62, 18, rgb(COLORS.spark), rgb("#ffffff", 0.9))
    board.text(106, 70, "Luffy 学堂 · 示范课", 23, rgb("#ffffff", 0.9))
    board.text(1226, 70, chapter, 23, rgb(COLORS.second), anchor="rs")


def _bar(board: Board, now: float) -> None:
    """Progress with a mark per chapter, and a clock to a tenth of a second."""
    done = now / SECONDS
    board.box(54, 650, 900, 10, 5, rgb("#ffffff", 0.16))
    board.box(54, 650, max(10, 900 * done), 10, 5, rgb(COLORS.spark))
    for start, *_ in SCENES[1:]:
        board.circle(
            54 + 900 * start / SECONDS, 655, 8, rgb("#ffffff" if now >= start else "#5d7fb0")
        )
    board.circle(54 + 900 * done, 655, 12, rgb(COLORS.spark))
    board.text(
        1226,
        667,
        f"00:{int(now):02d}.{int(now * 10) % 10} / 00:{SECONDS}",
        26,
        rgb("#ffffff"),
        mono=True,
        anchor="rs",
    )


def _title(board: Board, t: float) -> None:
    """The boat sails in and the name rises."""
    rise = _ease(t / 1.2)
    for n in range(3):
        crest = [
            (x, 452 + 30 * n + 14 * math.sin(x / 120 + t * (1.4 + 0.3 * n) + n * 2))
            for x in range(0, 1281, 16)
        ]
        if n == 1:
            boat(
                board,
                200 + 170 * _ease(t / 4.5),
                408 + 7 * math.sin(t * 2),
                76,
                rgb(COLORS.spark),
                rgb("#ffffff"),
            )
        board.shape([*crest, (1280, 620), (0, 620)], rgb((COLORS.main, "#285e9f", "#1d4a80")[n]))
    board.box(0, 604, 1280, 120, 0, rgb(mix(COLORS.bottom, "#000000", 0.15)))
    board.text(790, 250 + 40 * (1 - rise), "Luffy 学堂", 104, rgb("#ffffff", rise), anchor="mm")
    board.text(
        790,
        348 + 40 * (1 - rise),
        "二十六秒，看一堂课怎样开始",
        34,
        rgb("#ffffff", 0.85 * rise),
        bold=False,
        anchor="mm",
    )


def _lead(board: Board, t: float, title: str, words: str) -> None:
    """The left column of a chapter."""
    shift = 30 * (1 - _ease(t / 0.8))
    board.box(84, 228, 60, 9, 4.5, rgb(COLORS.spark))
    board.text(82 + shift, 320, title, 62, rgb("#ffffff"))
    board.text(84 + shift, 386, words, 28, rgb("#ffffff", 0.8), bold=False)


def _labels(board: Board, t: float) -> None:
    """Chapter one: code types itself and a label moves to another value."""
    _lead(board, t, "变量是一张标签", "名字贴在哪里，就指向哪里")
    board.box(690, 170, 506, 400, 22, rgb("#0a1a34"))
    for n, (code, at) in enumerate(
        (("price = 99", 0.5), ("sale = price", 1.9), ("price = 79", 3.4))
    ):
        board.text(
            730,
            232 + 48 * n,
            code[: max(0, int((t - at) * 12))],
            30,
            rgb(COLORS.second if n != 2 else COLORS.spark),
            mono=True,
        )
    for x, value in ((810, "99"), (1060, "79")):
        if value == "99" or t > 4.2:
            board.box(x - 62, 400, 124, 84, 16, rgb(COLORS.main))
            board.text(x, 441, value, 42, rgb("#ffffff"), anchor="mm")
    move = _ease((t - 4.2) / 0.8)
    if t > 1.4:
        _label(board, 810 + 250 * move, 378, "price", COLORS.spark)
    if t > 3.0:
        _label(board, 810, 508, "sale", COLORS.second)


def _label(board: Board, x: float, y: float, word: str, color: str) -> None:
    board.box(x - 58, y - 20, 116, 40, 20, rgb(color))
    board.text(x, y, word, 24, rgb("#10203f"), mono=True, anchor="mm")


def _loop(board: Board, t: float) -> None:
    """Chapter two: a ball goes round and a counter counts."""
    _lead(board, t, "循环是一圈一圈", "for 帮我们把同一件事做很多遍")
    turns = max(0.0, t - 0.5) * 0.9
    board.circle(940, 370, 168, line=rgb("#ffffff", 0.16), width=26)
    part = turns % 1
    if part > 0.01:
        board.arc(940, 370, 155, -90, -90 + 360 * part, rgb(COLORS.second), 26)
    angle = math.radians(360 * part - 90)
    board.circle(940 + 155 * math.cos(angle), 370 + 155 * math.sin(angle), 25, rgb(COLORS.spark))
    board.text(940, 350, str(int(turns) + 1), 108, rgb("#ffffff"), anchor="mm")
    board.text(940, 432, "第几圈", 26, rgb("#ffffff", 0.7), bold=False, anchor="mm")


def _sorting(board: Board, t: float) -> None:
    """Chapter three: bars find their places."""
    _lead(board, t, "练一练：排个队", "每次交换两位，最后从矮到高")
    order, swaps = [5, 2, 7, 1, 6, 3, 4], []
    for end in range(len(order) - 1, 0, -1):
        swaps += [n for n in range(end) if _swapped(order, n)]
    heights, step = [5, 2, 7, 1, 6, 3, 4], max(0.0, t - 0.7) / 4.2 * len(swaps)
    for n in swaps[: int(step)]:
        heights[n], heights[n + 1] = heights[n + 1], heights[n]
    active, part = (swaps[int(step)], _ease(step % 1)) if step < len(swaps) else (-5, 0.0)
    for n, high in enumerate(heights):
        shift = part * (n == active) - part * (n == active + 1)
        color = COLORS.spark if n in (active, active + 1) or step >= len(swaps) else COLORS.second
        board.box(690 + 72 * (n + shift), 550 - 52 * high, 54, 52 * high, 12, rgb(color))


def _swapped(order: list[int], n: int) -> bool:
    """Put two neighbours right; says whether they were wrong."""
    wrong = order[n] > order[n + 1]
    if wrong:
        order[n], order[n + 1] = order[n + 1], order[n]
    return wrong


def _end(board: Board, t: float) -> None:
    """A mark, and a kind word."""
    part = _ease(t / 0.8)
    board.circle(640, 270, 92 * part, rgb("#37c98b"))
    if t > 0.5:
        board.line([(600, 272), (630, 302), (684, 242)], rgb("#ffffff"), 17)
    board.text(640, 438, "这一节学完了", 66, rgb("#ffffff", part), anchor="mm")
    board.text(
        640, 520, "休息一下，我们下一节见", 32, rgb("#ffffff", 0.8 * part), bold=False, anchor="mm"
    )


#  start, length, label, scene
SCENES: tuple[tuple[float, float, str, Scene], ...] = (
    (0, 5, "开场", _title),
    (5, 6, "第一章 变量", _labels),
    (11, 6, "第二章 循环", _loop),
    (17, 6, "第三章 练习", _sorting),
    (23, 3, "小结", _end),
)
