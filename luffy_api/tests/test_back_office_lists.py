"""What lists of the back office say when an address or a form asks for what they cannot do."""

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db.models import IntegerField

from luffy_api.apps.course.models import CourseCategory
from luffy_api.apps.order.models import Order
from luffy_api.common.list_lookups import NOTHING_CHOSEN, WRONG_ADDRESS
from luffy_api.tests import factories
from luffy_api.tests.back_office import OURS, page, said

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BEYOND = "9" * 30


def _numbers(model_admin):
    """Columns by which a list is filtered, and which hold numbers of a fixed size."""
    names = [each for each in model_admin.list_filter if isinstance(each, str)]
    fields = [model_admin.opts.get_field(name) for name in names if "__" not in name]
    return [field.name for field in fields if field.choices or isinstance(field, IntegerField)]


def test_numbers_that_no_column_holds_are_never_a_fault_of_the_server(admin_client):
    asked = 0
    for model in OURS:
        for name in _numbers(admin.site._registry[model]):
            url = f"{page(model, 'changelist')}?{name}__in=1,{BEYOND}"
            answer = admin_client.get(url, follow=True)
            assert answer.status_code == 200, url
            asked += 1
    assert asked > 10
    for url in ("/admin/user/user/?groups__in=", "/admin/user/user/?groups__id__in="):
        assert admin_client.get(url + BEYOND, follow=True).status_code == 200


def test_an_address_that_says_nothing_is_told_of_once(admin_client):
    factories.OrderFactory()
    listed = page(Order, "changelist")
    answer = admin_client.get(f"{listed}?nonsense=1", follow=True)
    assert said(answer) == WRONG_ADDRESS
    assert answer.context["cl"].result_count == 1
    assert said(admin_client.get(listed)) == ""


def test_an_action_without_rows_says_that_it_did_nothing(admin_client):
    category = factories.CategoryFactory()
    listed = page(CourseCategory, "changelist")
    for action in ("delete_selected", "hide"):
        answer = admin_client.post(f"{listed}?q=", {"action": action}, follow=True)
        assert said(answer) == NOTHING_CHOSEN, action
        assert answer.redirect_chain == [(f"{listed}?q=", 302)]
    category.refresh_from_db()
    assert (category.is_show, category.is_delete) == (True, False)


def test_an_action_on_what_no_row_can_be_says_that_it_did_nothing(admin_client, admin_user, rf):
    request = rf.get("/")
    request.user = admin_user
    asked = 0
    for model in OURS:
        deletes = "delete_selected" in admin.site._registry[model].get_actions(request)
        if not deletes or not isinstance(model._meta.pk, IntegerField):
            continue
        for chosen in ("abc", BEYOND):
            form = {"action": "delete_selected", "_selected_action": [chosen, "1"]}
            answer = admin_client.post(page(model, "changelist"), form)
            told = {str(each) for each in get_messages(answer.wsgi_request)}
            assert (answer.status_code, told) == (302, {NOTHING_CHOSEN}), (model, chosen)
            asked += 1
    assert asked > 10


def test_a_list_without_rows_says_why(admin_client):
    listed = page(CourseCategory, "changelist")
    assert "还没有记录" in admin_client.get(listed).text
    factories.CategoryFactory(name="爬虫")
    for query in ("q=没有的", "is_show__exact=0"):
        assert "没有符合条件的记录" in admin_client.get(f"{listed}?{query}").text
    text = admin_client.get(listed).text
    assert "没有符合条件的记录" not in text
    assert "还没有记录" not in text
