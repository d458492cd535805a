"""Course covers: text on the left, a motif on the right, colours by category and shelf."""

import json
from collections.abc import Callable
from pathlib import Path

import motifs_code as code
import motifs_data as data
import motifs_systems as systems
from canvas import Board, rgb
from palettes import LIGHT, Palette, palette
from PIL import Image

Motif = Callable[[Board, Palette], None]

#  slug: title in lines, a line of key words, motif
DESIGNS: dict[str, tuple[str, str, Motif]] = {
    "python-first-steps": ("Python|零基础入门", "print · if · for · def", code.snake),
    "linux-command-line": ("Linux|命令行起步", "ls · grep · pipe · ssh", systems.terminal),
    "html-css-start": ("网页从零开始|HTML 与 CSS", "tag · style · layout", code.brackets),
    "go-tour": ("Go 语言|快速上手", "slice · map · interface", systems.rush),
    "excel-to-pandas": ("从 Excel|到 Pandas", "filter · group · merge", data.cells),
    "ai-literacy": ("人工智能|通识课", "data · model · prompt", data.mind),
    "git-collaboration": ("Git 与|团队协作", "commit · branch · merge", systems.commits),
    "javascript-basics": ("JavaScript|语言基础", "scope · this · await", code.braces),
    "python-crawler": ("Python|爬虫实战", "request · parse · store", code.web),
    "django-shop": ("Django REST|在线商城实战", "model · order · payment", data.shop),
    "linux-ops": ("Linux 服务器|运维实战", "harden · watch · restore", systems.racks),
    "docker-k8s": ("Docker 与|Kubernetes|部署实战", "image · pod · rollout", systems.cargo),
    "vue3-admin": ("Vue 3 后台|管理系统实战", "setup · router · chart", systems.dashboard),
    "go-microservice": ("Go 微服务|实战", "gRPC · saga · tracing", systems.hexagons),
    "ecommerce-analysis": ("电商数据|分析实战", "funnel · cohort · A/B", data.trend),
    "machine-learning": ("机器学习|项目实战", "feature · fit · deploy", data.boundary),
    "python-fullstack": ("Python 全栈|工程师学位课", "six stages, one work", code.layers),
    "python-automation": ("Python|办公自动化", "xlsx · docx · mail", code.papers),
    "python-decorators": ("一课讲透|装饰器", "closure · wraps · @", code.wraps),
    "python-async": ("asyncio|并发编程", "await · task · cancel", code.lanes),
    "shell-scripts": ("实用|Shell 脚本", "set -euo pipefail", systems.pipes),
    "nginx-config": ("Nginx|配置精讲", "location · proxy · tls", systems.routes),
    "css-layout": ("CSS|布局专题", "flex · grid · container", data.blocks),
    "typescript-types": ("TypeScript|类型进阶", "infer · keyof · never", code.sets),
    "go-concurrency": ("Go|并发模式", "chan · select · context", systems.streams),
    "sql-analysis": ("SQL|数据分析", "select · join · over", data.join),
    "neural-network": ("手写一个|神经网络", "forward · loss · backward", data.network),
}


def draw_covers(texts: Path, target: Path) -> None:
    """One WebP for every course of the demo data."""
    target.mkdir(parents=True, exist_ok=True)
    for kind in ("free", "actual", "light"):
        for course in json.loads((texts / f"courses_{kind}.json").read_text(encoding="utf-8")):
            picture = cover(course["slug"], course["category"], course["kind"])
            picture.save(target / f"{course['slug']}.webp", quality=86, method=6)


def cover(slug: str, category: str, kind: int) -> Image.Image:
    """The finished cover of one course."""
    title, words, motif = DESIGNS[slug]
    colors = palette(category, kind)
    board = Board(800, 450, colors.top, colors.bottom)
    _ground(board, colors, kind)
    motif(board, colors)
    _tag(board, colors, category, kind)
    _title(board, colors, title.split("|"), words)
    _mark(board, colors)
    board.grain()
    return board.finished()


def _ground(board: Board, p: Palette, kind: int) -> None:
    """Light from one corner and a field of fine dots."""
    board.glow(720, 40, 330, p.second if kind != LIGHT else p.main, 0.30 if kind != LIGHT else 0.16)
    board.glow(60, 470, 300, p.spark if kind == LIGHT else p.main, 0.12 if kind == LIGHT else 0.35)
    for x in range(410, 800, 26):
        for y in range(22, 450, 26):
            board.circle(x, y, 1.1, p.line(0.13))


def _tag(board: Board, p: Palette, category: str, kind: int) -> None:
    """The category as a small label."""
    wide = board.text_width(category, 18) + 32
    fill = rgb(p.main, 0.14) if kind == LIGHT else p.line(0.16)
    board.box(48, 46, wide, 36, 18, fill)
    board.text(
        48 + wide / 2, 63.5, category, 18, rgb(p.main) if kind == LIGHT else p.line(), anchor="mm"
    )


def _title(board: Board, p: Palette, lines: list[str], words: str) -> None:
    """The title in equal lines, then a stroke and the key words."""
    size = min(
        58 if len(lines) < 3 else 52, *(58 * 336 / board.text_width(line, 58) for line in lines)
    )
    step, block = size * 1.24, size * 1.24 * (len(lines) - 1) + 62
    first = (240 if len(lines) < 3 else 222) - block / 2 + size * 0.62
    for n, line in enumerate(lines):
        board.text(46, first + step * n, line, size, p.line())
    foot = first + step * (len(lines) - 1)
    board.box(48, foot + (30 if len(lines) < 3 else 25), 44, 6, 3, rgb(p.spark))
    board.text(
        48, foot + (70 if len(lines) < 3 else 60), words, 16.5, p.line(0.66), bold=False, mono=True
    )


def _mark(board: Board, p: Palette) -> None:
    """The paper boat of the school and its name."""
    boat(board, 60, 397, 12, rgb(p.spark), p.line(0.85))
    board.text(82, 402, "Luffy 学堂", 16, p.line(0.8))


def boat(
    board: Board, x: float, y: float, size: float, sail: tuple[int, ...], hull: tuple[int, ...]
) -> None:
    """A paper boat of about twice `size`."""
    board.shape([(x, y - size), (x + size * 0.62, y + size * 0.14), (x, y + size * 0.14)], sail)
    board.shape(
        [
            (x - size * 0.12, y - size * 0.62),
            (x - size * 0.12, y + size * 0.14),
            (x - size * 0.6, y + size * 0.14),
        ],
        hull,
    )
    board.shape(
        [
            (x - size, y + size * 0.26),
            (x + size, y + size * 0.26),
            (x + size * 0.6, y + size * 0.74),
            (x - size * 0.6, y + size * 0.74),
        ],
        hull,
    )
