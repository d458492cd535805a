"""Which files `collectstatic` collects."""

from pathlib import PurePath

import pytest
from django.apps import apps
from django.contrib.staticfiles.finders import get_finders

pytestmark = pytest.mark.any_database


def test_of_font_awesome_only_the_style_sheet_and_the_fonts_are_collected():
    ignored = apps.get_app_config("staticfiles").ignore_patterns

    collected = [path for finder in get_finders() for path, _ in finder.list(ignored)]

    icons = [PurePath(path) for path in collected if "fontawesome-free" in path]
    assert {path.parent.name for path in icons if path.suffix != ".txt"} == {"css", "webfonts"}
    assert "all.min.css" in {path.name for path in icons}
