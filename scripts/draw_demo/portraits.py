"""Flat portraits of the demo teachers; none of them is a real person."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from canvas import Board, Color, curve, mix, rgb


@dataclass(frozen=True)
class Portrait:
    """Colours and parts of one face."""

    ground: tuple[str, str]
    skin: str
    hair: str
    clothes: str
    back: Callable[[Board, Color], None]
    front: Callable[[Board, Color], None]
    collar: str = "round"
    glasses: bool = False
    beard: bool = False


def _none(board: Board, ink: Color) -> None:
    """No hair at this depth."""


def _long_back(board: Board, ink: Color) -> None:
    board.box(88, 84, 144, 190, 66, ink)


def _bob_back(board: Board, ink: Color) -> None:
    board.box(90, 78, 140, 138, 60, ink)


def _bun_back(board: Board, ink: Color) -> None:
    board.circle(160, 54, 29, ink)
    board.box(98, 74, 124, 110, 56, ink)


def _tail_back(board: Board, ink: Color) -> None:
    board.line(curve([(206, 92), (248, 112), (252, 170), (232, 216)], 16), ink, 36)
    board.box(98, 74, 124, 104, 54, ink)


def _curly_back(board: Board, ink: Color) -> None:
    for x, y, r in (
        (104, 122, 28),
        (108, 92, 29),
        (134, 70, 30),
        (168, 64, 31),
        (200, 80, 30),
        (216, 108, 28),
        (212, 136, 24),
        (106, 146, 22),
    ):
        board.circle(x, y, r, ink)


def _fringe(board: Board, ink: Color) -> None:
    board.shape(
        [
            *curve(
                [(104, 142), (106, 100), (134, 78), (160, 74), (188, 78), (214, 100), (216, 142)],
                12,
            ),
            (202, 124),
            (160, 118),
            (118, 124),
        ],
        ink,
    )


def _parted(board: Board, ink: Color) -> None:
    board.shape(
        [
            *curve(
                [(103, 150), (102, 104), (126, 78), (164, 72), (200, 84), (218, 112), (217, 150)],
                12,
            ),
            (206, 132),
            (190, 112),
            (140, 98),
            (122, 112),
            (112, 134),
        ],
        ink,
    )


def _quiff(board: Board, ink: Color) -> None:
    board.shape(
        [
            *curve(
                [(103, 146), (98, 106), (116, 74), (156, 60), (206, 62), (224, 88), (217, 144)], 12
            ),
            (208, 126),
            (198, 106),
            (150, 106),
            (122, 110),
            (113, 130),
        ],
        ink,
    )


def _crop(board: Board, ink: Color) -> None:
    board.shape(
        [
            *curve(
                [(104, 138), (106, 100), (130, 78), (160, 73), (190, 78), (214, 100), (216, 138)],
                12,
            ),
            (207, 112),
            (186, 100),
            (134, 100),
            (113, 112),
        ],
        ink,
    )


def _swept(board: Board, ink: Color) -> None:
    board.shape(
        [
            *curve(
                [(102, 168), (98, 112), (122, 78), (162, 70), (200, 80), (220, 112), (218, 168)], 12
            ),
            (209, 140),
            (176, 92),
            (150, 114),
            (120, 128),
            (111, 146),
        ],
        ink,
    )


def _curls(board: Board, ink: Color) -> None:
    for x, y, r in ((118, 104, 17), (140, 92, 18), (166, 90, 18), (190, 98, 18), (206, 112, 14)):
        board.circle(x, y, r, ink)


PORTRAITS = {
    "lin-zhixia": Portrait(
        ("#ffd98a", "#f6a95c"), "#f6cfae", "#2c2430", "#2f6fbd", _long_back, _swept, "vee"
    ),
    "chen-mobai": Portrait(
        ("#a9c9f5", "#5d86cf"),
        "#efc09a",
        "#1f2430",
        "#243a63",
        _none,
        _quiff,
        "shirt",
        glasses=True,
    ),
    "gu-changfeng": Portrait(
        ("#a8dcc0", "#4f9f80"), "#dba878", "#3a2c25", "#33443d", _none, _crop, "round", beard=True
    ),
    "su-nianqing": Portrait(
        ("#ffc4ba", "#ee7f86"), "#f8d6ba", "#7a3b2e", "#fff3ea", _bob_back, _fringe, "round"
    ),
    "he-xingye": Portrait(
        ("#9fe3e6", "#36a6b8"), "#e9b68c", "#2a2a38", "#f2b33d", _curly_back, _curls, "hood"
    ),
    "shen-tinglan": Portrait(
        ("#d3c7ff", "#8b76e0"),
        "#f3c9a6",
        "#38264f",
        "#5a3fa8",
        _bun_back,
        _parted,
        "shirt",
        glasses=True,
    ),
    "xu-yinuo": Portrait(
        ("#b6c3ff", "#5f72e6"), "#f4caa6", "#4b2f2a", "#f58fb5", _tail_back, _swept, "vee"
    ),
    "zhou-xiaoman": Portrait(
        ("#ffe3b0", "#f2b860"), "#f1c39c", "#20222c", "#3d8f74", _none, _parted, "hood"
    ),
}


def draw_portraits(target: Path) -> None:
    """One WebP of 320 by 320 for every teacher."""
    target.mkdir(parents=True, exist_ok=True)
    for slug, portrait in PORTRAITS.items():
        board = Board(320, 320, *portrait.ground)
        _draw(board, portrait)
        board.finished().save(target / f"{slug}.webp", quality=88, method=6)


def _draw(board: Board, who: Portrait) -> None:
    """From the back to the front."""
    board.circle(160, 170, 132, rgb("#ffffff", 0.22))
    who.back(board, rgb(who.hair))
    _body(board, who)
    _head(board, who)
    who.front(board, rgb(who.hair))
    _face(board, who)


def _body(board: Board, who: Portrait) -> None:
    """Shoulders, neck and collar."""
    shade = rgb(mix(who.clothes, "#10182c", 0.22))
    board.box(50, 246, 220, 140, 70, rgb(who.clothes))
    if who.collar == "hood":
        board.ellipse(160, 258, 72, 34, shade)
    board.box(136, 196, 48, 66, 22, rgb(mix(who.skin, "#8a4a2c", 0.2)))
    board.ellipse(160, 252, 34, 20, rgb(mix(who.skin, "#8a4a2c", 0.2)))
    if who.collar == "vee":
        board.shape([(124, 246), (196, 246), (160, 298)], rgb(mix(who.skin, "#8a4a2c", 0.2)))
    if who.collar == "shirt":
        board.shape([(126, 242), (160, 276), (134, 300), (108, 254)], rgb("#ffffff"))
        board.shape([(194, 242), (160, 276), (186, 300), (212, 254)], rgb("#ffffff"))
    if who.collar == "hood":
        for x in (142, 178):
            board.line([(x, 270), (x, 304)], rgb("#ffffff", 0.9), 5)


def _head(board: Board, who: Portrait) -> None:
    """Ears, the head and, for one of them, a beard."""
    for x in (103, 217):
        board.circle(x, 158, 14, rgb(mix(who.skin, "#8a4a2c", 0.12)))
    board.box(104, 82, 112, 138, 56, rgb(who.skin))
    if who.beard:
        board.shape(
            [
                (104, 164),
                (122, 182),
                (160, 176),
                (198, 182),
                (216, 164),
                *curve([(216, 172), (206, 208), (160, 228), (114, 208), (104, 172)], 12),
            ],
            rgb(who.hair),
        )


def _face(board: Board, who: Portrait) -> None:
    """Brows, eyes, nose, cheeks and a smile."""
    ink = rgb("#2a2026")
    for x in (136, 184):
        board.circle(x, 154, 5.5, ink)
        board.circle(x + 1.8, 152, 1.7, rgb("#ffffff"))
        board.arc(x, 148, 15, 238, 302, rgb(mix(who.hair, "#2a2026", 0.4)), 4)
        board.circle(x + (-10 if x < 160 else 10), 176, 10, rgb("#f0736a", 0.22))
    board.arc(160, 164, 8, 50, 130, rgb(mix(who.skin, "#8a4a2c", 0.45)), 3)
    board.arc(160, 182, 15, 25, 155, rgb("#ffffff") if who.beard else rgb("#a8433f"), 4.5)
    if who.glasses:
        for x in (136, 184):
            board.circle(x, 155, 20, rgb("#ffffff", 0.18), rgb("#2b3350"), 4)
        board.arc(160, 156, 6, 200, 340, rgb("#2b3350"), 4)
