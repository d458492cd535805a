"""What is written in Python is letter by letter what Django's templates write."""

from functools import partial

import pytest
import time_machine
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template.loader import get_template
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.common import form_renderer
from luffy_api.common.form_renderer import DJANGOS, INPUTS, WRITERS, FormRenderer
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import CourseFactory, DiscountFactory

OURS, DJANGO = FormRenderer(), TemplatesSetting()
EVIL = """'"><script>evil()</script>&amp; </textarea>"""
VALUES = [
    None,
    "",
    EVIL,
    mark_safe("<b>&amp;</b>"),
    lazystr(EVIL),
    0,
    1.5,
    "一\r\n二 ",
    ("a",),
    True,
]
ATTRIBUTES = [
    {},
    {"id": "id_x", "class": EVIL, "maxlength": 32, "data-safe": mark_safe("a&b")},
    {"required": True, "disabled": False, "data-none": None, EVIL: "x", "data-lazy": lazystr("<")},
]
CHOICES = [("", "---------"), (1, EVIL), ("2", mark_safe("<i>")), (EVIL, lazystr(EVIL)), (3, 1000)]


def both(monkeypatch, write):
    """What a widget or a form is, as drawn by Django and by us, and which templates we drew."""
    drawn = []
    draw = TemplatesSetting.get_template
    monkeypatch.setattr(
        TemplatesSetting,
        "get_template",
        lambda renderer, name: drawn.append((renderer is OURS, name)) or draw(renderer, name),
    )
    django, ours = str(write(DJANGO)), str(write(OURS))
    return django, ours, [name for is_ours, name in drawn if is_ours]


@pytest.mark.parametrize("attributes", ATTRIBUTES, ids=range(len(ATTRIBUTES)))
@pytest.mark.parametrize(
    "widget",
    [
        *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput),
        *(forms.PasswordInput, forms.CheckboxInput, forms.DateInput, forms.TimeInput),
        *(forms.DateTimeInput, forms.FileInput, forms.Textarea),
    ],
)
def test_a_widget(monkeypatch, widget, attributes):
    for value in VALUES:
        django, ours, drawn = both(monkeypatch, partial(widget().render, "a<", value, attributes))
        assert ours == django, value
        if isinstance(value, str):
            assert drawn == [], value


@pytest.mark.parametrize("attributes", ATTRIBUTES, ids=range(len(ATTRIBUTES)))
@pytest.mark.parametrize("choices", [CHOICES[:4], CHOICES, [("组", CHOICES[:2]), *CHOICES[:2]], []])
def test_a_select(monkeypatch, choices, attributes):
    for kind, value in ((forms.Select, "2"), (forms.SelectMultiple, [1, "2"])):
        select = kind(attributes, choices)
        django, ours, drawn = both(monkeypatch, partial(select.render, "a", value, None))
        assert ours == django
        is_plain = kind is forms.Select and choices in (CHOICES[:4], [])
        assert not is_plain or drawn == []


class Questions(forms.Form):
    """A field that is right, one that is wrong, and one without a label."""

    name = forms.CharField(label=EVIL)
    number = forms.IntegerField(label=mark_safe("<b>数</b>"), required=False, help_text="?")
    bare = forms.CharField(label="", required=False)


@pytest.mark.parametrize("data", [None, {"name": "a", "number": "x"}])
def test_labels_and_errors(monkeypatch, data):
    def write(renderer):
        form = Questions(data, renderer=renderer)
        form.required_css_class = "required"
        fields = [
            (each.errors, each.label_tag(), each.legend_tag(), each.label_tag(attrs={"class": "v"}))
            for each in form
        ]
        return [str(part) for parts in (*fields, [form.non_field_errors()]) for part in parts]

    django, ours, drawn = both(monkeypatch, write)
    assert ours == django
    assert set(drawn) <= {
        "django/forms/errors/list/ul.html",
        "django/forms/errors/list/default.html",
    }
    assert (data is None) == (drawn == [])


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("model", [Course, CourseDiscount])
@time_machine.travel("2026-11-30T12:00:00+08:00", tick=False)
def test_a_page_of_the_back_office(admin_client, monkeypatch, model):
    course = CourseFactory(name=EVIL)
    row = course if model is Course else DiscountFactory(courses=[course])
    address = page(model, "change", row.pk)
    fields = {"name": EVIL, "price": "x"}
    for ask in (lambda: admin_client.get(address), lambda: admin_client.post(address, fields)):
        ours = ask()
        with monkeypatch.context() as patch:
            patch.setattr(form_renderer, "WRITERS", {})
            django = ask()
        tokens = (ours.context["csrf_token"], django.context["csrf_token"])
        assert ours.text.replace(str(tokens[0]), "") == django.text.replace(str(tokens[1]), "")
        assert len(ours.templates) < 0.7 * len(django.templates)


def test_all_of_them_are_djangos_templates():
    for name in WRITERS:
        assert DJANGOS in form_renderer.Path(get_template(name).origin.name).parents, name
    assert len(WRITERS) == len(INPUTS) + 5


def test_a_template_of_ours_is_drawn(monkeypatch):
    monkeypatch.setattr(form_renderer, "_is_djangos", lambda name: False)
    _, _, drawn = both(
        monkeypatch, lambda renderer: forms.TextInput().render("a", "", {}, renderer)
    )
    assert drawn == ["django/forms/widgets/text.html"]
