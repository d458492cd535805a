"""What generated courses are made of, read from the JSON file beside this module.

A subject is a word that students search for. No other text contains a subject as a word; the traps
contain some as letters only (民营|运维|护 is not about 运维), which is what LIKE falls for.
"""

import json
from pathlib import Path
from typing import Any

_TEXTS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

# By category.
SUBJECTS: dict[str, list[str]] = _TEXTS["subjects"]
# What a subject is often taught with; the others go with those of their own category.
COMPANIONS: dict[str, list[str]] = _TEXTS["companions"]
PROJECTS: list[str] = _TEXTS["projects"]
STYLES: list[str] = _TEXTS["styles"]
TRAPS: list[str] = _TEXTS["traps"]
BRIEFS: list[str] = _TEXTS["briefs"]
MENTIONS: list[str] = _TEXTS["mentions"]
CHAPTERS: list[str] = _TEXTS["chapters"]
LESSONS: list[str] = _TEXTS["lessons"]
FAMILY_NAMES: list[str] = _TEXTS["family_names"]
GIVEN_NAMES: list[str] = _TEXTS["given_names"]
# Yuan.
PRICES: list[str] = _TEXTS["prices"]
