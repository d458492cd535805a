#!/usr/bin/env python3
"""Draw every picture and the film of the demo data anew.

    python3 scripts/draw_demo [covers] [teachers] [banners] [video]

Needs Pillow, ffmpeg and the Noto CJK fonts (Debian: python3-pil, ffmpeg, fonts-noto-cjk).
The results are committed, so the shop itself needs none of them.
"""

import sys
from pathlib import Path

from banners import draw_banners
from covers import draw_covers
from lesson import draw_lesson
from portraits import draw_portraits

DEMO = Path(__file__).resolve().parents[2] / "luffy_api/apps/home/demo"


def main(wanted: list[str]) -> None:
    """Draw the named parts, or all of them."""
    jobs = {
        "covers": lambda folder: draw_covers(DEMO, folder),
        "teachers": draw_portraits,
        "banners": draw_banners,
        "video": draw_lesson,
    }
    for name in wanted or jobs:
        jobs[name](DEMO / "assets" / name)
        print(f"{name}: drawn")


if __name__ == "__main__":
    main(sys.argv[1:])
