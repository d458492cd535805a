"""Our renderer writes what DRF's own does, byte for byte or value for value."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer as PythonRenderer
from rest_framework.utils.serializer_helpers import ReturnDict

from luffy_api.apps.course.models import Course
from luffy_api.common.renderers import JSONRenderer

VALUES = [
    {"msg": "课程 “Python”", "data": None, "empty": [], "nested": {"a": [1, 2.5, True]}},
    {"price": Decimal("99.00"), "count": 2**63 - 1, "negative": -(2**63)},
    {"at": datetime(2026, 11, 28, 8, 30, 1, 123456, tzinfo=UTC)},
    {"on": date(2026, 11, 28), "time": time(8, 30), "length": timedelta(seconds=90)},
    {"id": UUID(int=7), "kind": Course.Kind.FREE, "lazy": gettext_lazy("Yes")},
    {1: "integer keys", "tuple": (1, 2), "generated": (each for each in ())},
    {"html": mark_safe("<b>粗体</b>")},
    {"large": 2**64},
    ReturnDict({"a": 1}, serializer=None),
    [],
    "text",
    None,
]


@pytest.mark.parametrize("number", range(len(VALUES)))
def test_it_writes_what_drf_writes(number):
    value = VALUES[number]

    assert JSONRenderer().render(value) == PythonRenderer().render(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_becomes_null(value):
    assert json.loads(JSONRenderer().render({"value": value})) == {"value": None}


def test_a_client_may_ask_for_indented_json():
    accepted = "application/json; indent=4"

    assert JSONRenderer().render({"a": 1}, accepted) == PythonRenderer().render({"a": 1}, accepted)


def test_an_unknown_object_is_an_error():
    with pytest.raises(TypeError):
        JSONRenderer().render({"value": object()})


@pytest.mark.parametrize("media_type", ["application/json", "application/json; indent=4"])
def test_half_a_surrogate_pair_is_escaped(media_type):
    value = {"msg": "“\ud800” 不是合法选项"}

    assert json.loads(JSONRenderer().render(value, media_type)) == value
