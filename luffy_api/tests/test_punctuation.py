"""Chinese sentences have Chinese punctuation: full width."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

ROOT = settings.BASE_DIR / "luffy_api"
# Columns and comments of files that providers write, patterns of what people type, and the local
# gateways, which speak as the providers do.
FOREIGN = {
    *ROOT.glob("libs/*/bill_file.py"),
    *ROOT.glob("apps/*pay_sandbox/*.py"),
    ROOT / "apps/search/prices.py",
    ROOT / "apps/search/understanding.py",
}
PAGES = (
    "luffy_api/**/*.html",
    "luffy_api/**/static/**/*.js",
    "luffy_web/index.html",
    "luffy_web/public/*.html",
)
FRONT_END = ("luffy_web/src/**/*.vue", "luffy_web/src/**/*.ts")
# Courses of the demo data, the agreements, the handbook: what stands there as code may be code.
SHIPPED = (
    *("luffy_api/apps/home/demo/courses_*.json", "luffy_api/apps/home/demo/banners.json"),
    "luffy_api/apps/home/demo/topics.json",
    *("luffy_api/apps/school/texts/*.md", "docs/handbook.zh.md"),
)
CODE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\]\([^)]*\)", re.DOTALL)
# Front ends of others may know it.
CONTRACT = {"暂未收到您的付款,请稍后刷新再试"}
TAG = re.compile(r"\{[#%{].*?[#%}]\}")
COMMENT = re.compile(r"<!--.*?-->|/\*.*?\*/|//[^\n]*", re.DOTALL)
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")


def modules() -> list[Path]:
    """The Python files of the shop, tests and migrations left out."""
    found = set(ROOT.rglob("*.py")) - FOREIGN
    return sorted(path for path in found if not {"tests", "migrations"} & set(path.parts))


def files(patterns: tuple[str, ...]) -> list[Path]:
    """What matches, but for the specs of the front end and what others have made."""
    found = [path for pattern in patterns for path in settings.BASE_DIR.glob(pattern)]
    generated = {"schema.d.ts"}
    return [
        path
        for path in found
        if ".spec." not in path.name and path.name not in generated and "testing" not in path.parts
    ]


def texts(source: str) -> Iterator[str]:
    """Every text of a module but docstrings, and the fixed parts of those with values in them."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in docstrings:
            yield node.value


def test_no_text_has_half_width_punctuation_beside_chinese():
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules()
        for text in texts(path.read_text(encoding="utf-8"))
        if HALF_WIDTH.search(text) and text not in CONTRACT
    }

    assert found == set()


@pytest.mark.parametrize(("patterns", "least"), [(PAGES, 20), (FRONT_END, 100)])
def test_no_page_has_it(patterns, least):
    shown = {
        str(path.relative_to(settings.BASE_DIR)): COMMENT.sub("", TAG.sub("", path.read_text()))
        for path in files(patterns)
    }

    assert len(shown) > least
    assert [name for name, text in shown.items() if HALF_WIDTH.search(text)] == []


def test_no_text_that_comes_with_the_shop_has_it():
    shipped = {path.name: CODE.sub("", path.read_text()) for path in files(SHIPPED)}

    assert len(shipped) > 5
    assert [name for name, text in shipped.items() if HALF_WIDTH.search(text)] == []


def test_half_width_punctuation_is_seen_in_texts_with_values_too():
    [*found] = texts('f"{who}(学员),{n} 门"')

    assert [text for text in found if HALF_WIDTH.search(text)] == ["(学员),"]
