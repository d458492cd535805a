"""Words of a query that say nothing about the course: they are given up first."""

from pathlib import Path

FILLERS = frozenset(Path(__file__).with_name("filler_words.txt").read_text("utf-8").split())
