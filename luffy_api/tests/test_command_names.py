"""Texts and documents name commands that exist, and none that would run half of the shop."""

import re

from django.conf import settings
from django.core.management import get_commands

COMMAND = re.compile(r"manage\.py ([a-z]+_[a-z_]+|backup|restore)\b")
KINDS = {".md", ".py", ".service", ".sh", ".example"}
FOLDERS = ("luffy_api", "docs", "deploy", "scripts")
# It runs the first queue alone: `run_tasks` takes its place.
NOT_OURS = "run" + "_huey"


def texts() -> dict[str, str]:
    """Contents of the files that people read, by path."""
    root = settings.BASE_DIR
    below = [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    files = [path for path in (*below, *root.glob("*.md")) if path.suffix in KINDS]
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}


def test_commands_that_are_named_exist():
    named = {name for text in texts().values() for name in COMMAND.findall(text)}

    assert len(named) > 10
    assert named - set(get_commands()) == set()


def test_nobody_is_sent_to_the_command_that_knows_one_queue_only():
    assert [path for path, text in texts().items() if NOT_OURS in text] == []
