"""What a browser sends from a page as it stands there: the fields of its form, and nothing else."""

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Of the form with this id."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form, self._is_inside = form, False
        self._list = self._text = ""
        self.found: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._is_inside = given.get("id") == self._form
        elif not self._is_inside:
            return
        elif tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._list = name
        elif tag == "option" and self._list and "selected" in given:
            self.found.setdefault(self._list, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._text = name
            self.found[name] = ""

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type") or "text"
        is_box = kind in ("checkbox", "radio")
        if kind in ("submit", "button", "file") or (is_box and "checked" not in given):
            return
        self.found[name] = given.get("value") or ("on" if is_box else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select":
            self._list = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] += data


def fields_of(answer: Any, form: str) -> dict[str, Any]:
    """Names and values of the form with this id on the page of an answer."""
    parser = _Fields(form)
    parser.feed(answer.content.decode())
    return parser.found
