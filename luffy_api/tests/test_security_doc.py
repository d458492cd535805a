"""docs/security.md names tests that exist."""

import ast
import re

from django.conf import settings

ROOT = settings.BASE_DIR / "luffy_api"
ROW = re.compile(r"^\| (?P<attack>[^|]+) \| `(?P<file>[\w/.]+)::(?P<test>\w+)` \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str]]:
    """(attack, file, test) of every line of the table."""
    return ROW.findall((settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8"))


def names_in(file: str) -> set[str]:
    """The names of the test functions in a file, empty when there is none."""
    path = ROOT / file
    if not path.is_file():
        return set()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_at_least_forty_attacks_are_named():
    attacks = [attack for attack, _, _ in rows()]

    assert len(attacks) >= 40
    assert len(set(attacks)) == len(attacks)


def test_each_attack_has_a_test_that_exists():
    missing = [f"{file}::{test}" for _, file, test in rows() if test not in names_in(file)]

    assert missing == []


def test_no_line_of_the_table_is_written_another_way():
    text = (settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")

    assert text.count("::test_") == len(rows())
