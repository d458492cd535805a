"""docs/glossary.md names what exists: each word in code is found where its line says."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<names>`[^|]+`) \| `(?P<place>[^|`]+)` \| [^|]+ \|$")


def rows() -> list[tuple[str, str]]:
    """(name in code, file or folder below luffy_api) of every line of the tables."""
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    matches = [match for line in text.splitlines() if (match := ROW.match(line))]
    return [
        (name, match["place"])
        for match in matches
        for name in re.findall(r"`([^`]+)`", match["names"])
    ]


@cache
def sources(place: str) -> str:
    """Names and contents of the Python files at `place`, tests and migrations left out."""
    path = settings.BASE_DIR / "luffy_api" / place
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    ours = [file for file in files if not {"tests", "migrations"} & set(file.parts)]
    return "\n".join(f"{file.stem}\n{file.read_text(encoding='utf-8')}" for file in ours)


def test_the_glossary_has_both_tables():
    assert len(rows()) > 50


@pytest.mark.parametrize(("name", "place"), rows())
def test_a_name_of_the_glossary_stands_where_its_line_says(name, place):
    word = re.compile(rf"\b{re.escape(name.rpartition('.')[2])}\b")

    assert Path(settings.BASE_DIR / "luffy_api" / place).exists()
    assert word.search(sources(place)), f"{name} is not found in {place}"


def test_every_line_of_the_tables_is_understood():
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]

    assert [line for line in lines if not ROW.match(line)] == []
