"""The back office as admins use it: what every table has in common."""

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from luffy_api.apps.course.models import CourseCategory
from luffy_api.common import list_lookups
from luffy_api.tests import factories
from luffy_api.tests.back_office import OURS, ROWS, act, not_chinese, page, said

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_every_list_and_form_opens_and_is_in_chinese(admin_client, model):
    row = ROWS[model._meta.model_name]()
    listed, new = page(model, "changelist"), page(model, "add")
    change, delete = page(model, "change", row.pk), page(model, "delete", row.pk)
    answers = {url: admin_client.get(url) for url in (listed, f"{listed}?q=a", new, change, delete)}
    answers |= {f"{url} refused": admin_client.post(url, {}) for url in (new, change)}
    assert [answers[url].status_code for url in (listed, change)] == [200, 200]
    if connection.vendor != "sqlite":
        return  # What follows is the same on each database.
    answers["history"] = admin_client.get(page(model, "history", row.pk))
    for url, answer in answers.items():
        if answer.status_code == 200:
            assert not_chinese(answer) == [], url
    names = [model._meta.verbose_name, model._meta.app_config.verbose_name]
    names += [
        model._meta.get_field(name).verbose_name
        for name in admin.site._registry[model].list_display
        if name in {field.name for field in model._meta.fields}
    ]
    assert [name for name in names if str(name).isascii()] == []


@pytest.mark.any_database
def test_a_password_is_set_and_a_form_refused_in_chinese(admin_client, student):
    answers = [
        admin_client.get(reverse("admin:auth_user_password_change", args=[student.pk])),
        admin_client.post(page(type(student), "change", student.pk), {"username": ""}),
    ]
    assert [not_chinese(answer) for answer in answers] == [[], []]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "name",
    [
        *("course", "order", "invoice", "enrollment", "coursesection", "user", "student"),
        *("message", "taughtcourse", "taughtstudent", "rating"),
        *("question", "answer", "favourite"),
    ],
)
def test_the_length_of_a_list_costs_no_queries(admin_client, name, django_assert_max_num_queries):
    [model] = [model for model in OURS if model._meta.model_name == name]
    for _ in range(12):
        ROWS[name]()
    with django_assert_max_num_queries(14):
        admin_client.get(page(model, "changelist"))


@pytest.mark.any_database
@pytest.mark.parametrize(
    "query", ["order_status__in=" + "9" * 30, "order_status__exact=" + "9" * 30, "id__in=x"]
)
def test_a_list_that_is_asked_for_what_cannot_be_is_no_error(admin_client, query):
    answer = admin_client.get(f"/admin/order/order/?{query}", follow=True)

    assert answer.status_code == 200


@pytest.mark.any_database
def test_an_action_on_all_of_a_long_list_is_refused_in_words(admin_client, monkeypatch):
    monkeypatch.setattr(list_lookups, "MAX_ROWS", 2)
    rows = [factories.CategoryFactory() for _ in range(3)]
    chosen = {"action": "delete_selected", "select_across": "1", "_selected_action": [rows[0].pk]}
    chosen["post"] = "yes"
    listed = page(CourseCategory, "changelist")

    answer = admin_client.post(listed, chosen, follow=True)

    assert "选中了 3 条，一次最多操作 2 条" in said(answer)
    assert CourseCategory.objects.not_deleted().count() == 3
    admin_client.post(f"{listed}?q={rows[0].name}", chosen)
    assert CourseCategory.objects.not_deleted().count() == 2


@pytest.mark.any_database
def test_whoever_is_no_admin_stays_outside(client, student):
    client.force_login(student)
    for model in OURS:
        assert client.get(page(model, "changelist")).status_code == 302


@pytest.mark.parametrize(
    ("factory", "field"), [(factories.CategoryFactory, "name"), (factories.HotWordFactory, "word")]
)
def test_the_name_of_a_deleted_row_is_free_again(admin_client, factory, field):
    row = factory(**{field: "x" * 32})
    act(admin_client, "delete_selected", row)
    admin_client.post(page(type(row), "add"), {field: "x" * 32, "orders": 1, "is_show": "on"})
    alive = type(row).objects.not_deleted().values_list(field, flat=True)
    assert list(alive) == ["x" * 32]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "name",
    [
        *("order", "paymentevent", "invoice", "enrollment", "refunddueorder", "gatewaycounter"),
        *("student", "auditentry", "message", "taughtcourse", "taughtstudent", "rating"),
        *("question", "answer", "favourite"),
    ],
)
def test_books_are_never_edited(admin_client, name):
    row = ROWS[name]()
    for kind in ("change", "delete"):
        url = page(type(row), kind, row.pk)
        assert admin_client.post(url, {"post": "yes", "reason": "x"}).status_code == 403
    if name != "enrollment":
        assert admin_client.get(page(type(row), "add")).status_code == 403
    actions = admin_client.get(page(type(row), "changelist")).context["action_form"]
    assert actions is None or "delete_selected" not in dict(actions.fields["action"].choices)
