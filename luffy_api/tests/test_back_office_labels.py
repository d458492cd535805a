"""Headings of lists and labels of forms are in Chinese, those of the test gateways too."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import RequestFactory

from luffy_api.common.admin_pages import RowPage
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def request_of_owner():
    request = RequestFactory().get("/admin/")
    request.user = staff(is_superuser=True)
    return request


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_what_a_page_calls_its_columns_and_fields_is_chinese(model, request_of_owner):
    model_admin = admin.site._registry[model]
    shown = [*model_admin.get_list_display(request_of_owner)]
    if not isinstance(model_admin, RowPage):
        shown += flatten_fieldsets(model_admin.get_fieldsets(request_of_owner))
    labels = {}
    for name in shown:
        try:
            labels[name] = str(label_for_field(name, model, model_admin))
        except AttributeError:
            # A field of the form only, whose label stands in it.
            continue

    assert {name for name, label in labels.items() if not CHINESE.search(label)} == set()
