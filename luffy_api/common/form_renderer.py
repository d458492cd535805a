"""FORM_RENDERER: templates of forms, and in Python the five small ones that pages are made of.

A form of the back office draws a label, a list of errors, which is empty nearly always, and a
widget for each of its fields. As templates with templates inside these took a third of the page.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData

Context = Mapping[str, Any]

DJANGOS = Path(forms.__file__).parent / "templates"
INPUTS = (
    *("input", "text", "number", "email", "url", "hidden", "password", "checkbox", "date"),
    *("datetime", "time", "tel", "search", "color", "file"),
)


class FormRenderer(TemplatesSetting):
    """Writes what Django's template would; a template of ours with such a name is drawn as ever."""

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        """Hook of Django."""
        write = WRITERS.get(template_name)
        written = write(context) if write and _is_djangos(template_name) else None
        return super().render(template_name, context, request) if written is None else written


@cache
def _is_djangos(template_name: str) -> bool:
    """Whether a template by that name is found in Django first."""
    template: Any = get_template(template_name)
    return DJANGOS in Path(template.origin.name).parents


def _errors(context: Context) -> str | None:
    """Nothing for no errors."""
    return None if context["errors"] else ""


def _label(context: Context) -> str | None:
    label = conditional_escape(context["label"])
    if not context["use_tag"]:
        return str(label).strip()
    tag = context["tag"]
    return f"<{tag}{_attributes(context['attrs'] or {})}>{label}</{tag}>"


def _input(context: Context) -> str:
    widget = context["widget"]
    value = widget["value"]
    shown = "" if value is None else f' value="{_text(value)}"'
    kind = conditional_escape(widget.get("type", ""))
    name = conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{shown}{_attributes(widget["attrs"])}>'


def _textarea(context: Context) -> str | None:
    widget = context["widget"]
    value = widget["value"] or ""
    if not isinstance(value, str):
        return None
    name, text = conditional_escape(widget["name"]), conditional_escape(value)
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{text}</textarea>'


def _select(context: Context) -> str | None:
    widget = context["widget"]
    if not isinstance(widget["optgroups"], list):
        return None
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        if group or not all(map(_is_plain, options)):
            return None
        parts += [f"\n  {_option(each)}\n" for each in options]
    return "".join((*parts, "\n</select>"))


def _is_plain(option: Context) -> bool:
    """No template of its own, and no number, which a template would write in a local form."""
    return option["template_name"] == OPTION and isinstance(option["label"], str | Promise)


def _option(widget: Context) -> str:
    label = conditional_escape(widget["label"])
    return (
        f'<option value="{_text(widget["value"])}"{_attributes(widget["attrs"])}>{label}</option>'
    )


def _attributes(attributes: Mapping[str, Any]) -> str:
    """As Django's `attrs.html`: what is True has no value, and what is False is left out."""
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: Any) -> str:
    """As the filter `stringformat:"s"`, which leaves a safe text safe."""
    if isinstance(value, SafeData):
        return str(value)
    return str(conditional_escape(str(value)))


OPTION = "django/forms/widgets/select_option.html"
WRITERS: dict[str, Callable[[Context], str | None]] = {
    "django/forms/errors/list/default.html": _errors,
    "django/forms/errors/list/ul.html": _errors,
    "django/forms/label.html": _label,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
}
