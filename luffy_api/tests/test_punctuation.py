"""Chinese sentences of selling have Chinese punctuation: full width."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

FOLDERS = (
    *("apps/order", "libs/alipay_v1", "libs/payment_settings", "libs/wechat_oauth"),
    "libs/wechatpay_v3",
)
# Columns and comments of files that providers write.
FOREIGN = ("bill_file.py",)
# Front ends of others may know it.
CONTRACT = {"暂未收到您的付款,请稍后刷新再试"}
TAG = re.compile(r"\{[#%{].*?[#%}]\}")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")


def sources(folder: str) -> list[Path]:
    """The Python files of a folder, tests and migrations left out."""
    found = (settings.BASE_DIR / "luffy_api" / folder).rglob("*.py")
    return [
        path
        for path in found
        if not {"tests", "migrations"} & set(path.parts) and path.name not in FOREIGN
    ]


def texts(source: str) -> Iterator[str]:
    """Every text of a module but docstrings, and the fixed parts of those with values in them."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in docstrings:
            yield node.value


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_has_half_width_punctuation_beside_chinese(folder):
    files = sources(folder)
    assert files

    found = {
        f"{path.name}: {text}"
        for path in files
        for text in texts(path.read_text(encoding="utf-8"))
        if HALF_WIDTH.search(text) and text not in CONTRACT
    }

    assert found == set()


def test_no_page_of_the_back_office_has_it():
    pages = (settings.BASE_DIR / "luffy_api" / "templates" / "admin" / "order").rglob("*.html")
    shown = {page.name: TAG.sub("", page.read_text(encoding="utf-8")) for page in pages}

    assert len(shown) > 5
    assert [name for name, text in shown.items() if HALF_WIDTH.search(text)] == []


def test_half_width_punctuation_is_seen_in_texts_with_values_too():
    [*found] = texts('f"{who}(学员),{n} 门"')

    assert [text for text in found if HALF_WIDTH.search(text)] == ["(学员),"]
