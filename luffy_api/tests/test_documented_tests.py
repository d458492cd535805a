"""Tests that the documents name exist."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR / "luffy_api"
DOCS = settings.BASE_DIR / "docs"
NAMED = re.compile(r"`(?P<file>[\w/.]+)::(?P<test>\w+)`")
ATTACK = re.compile(r"^\| (?P<attack>[^|]+) \| `[\w/.]+::\w+` \|$", re.MULTILINE)

# Fault, what visitors see, what is lost, test, before.
FAULT = re.compile(r"(?:\| [^|]+ ){3}\| `[\w/.]+::\w+` \| [^|]+ \|")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def naming() -> list[str]:
    """The documents that name tests."""
    return sorted(path.name for path in DOCS.glob("*.md") if "::test_" in text_of(path.name))


def names_in(file: str) -> set[str]:
    """The names of the test functions and methods in a file, empty when there is none."""
    path: Path = ROOT / file
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_attacks_and_faults_of_payments_are_documented_with_their_tests():
    assert {"security.md", "payments.md", "faults.md"} <= set(naming())


@pytest.mark.parametrize("document", naming())
def test_each_named_test_exists(document):
    named = NAMED.findall(text_of(document))

    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []


@pytest.mark.parametrize("document", naming())
def test_no_test_is_named_another_way(document):
    text = text_of(document)

    assert text.count("::test_") == len(NAMED.findall(text))


def test_each_fault_has_a_test_and_says_what_it_costs():
    rows = [line for line in text_of("faults.md").splitlines() if line.startswith("| ")]
    faults = [row for row in rows if not row.startswith(("| fault |", "|---"))]

    assert len(faults) >= 40
    assert [row for row in faults if not FAULT.fullmatch(row)] == []


def test_at_least_forty_attacks_are_named():
    attacks = ATTACK.findall(text_of("security.md"))

    assert len(attacks) >= 40
    assert len(set(attacks)) == len(attacks)
