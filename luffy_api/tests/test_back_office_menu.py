"""The menu of the back office."""

from collections import Counter
from typing import Any

import pytest
from django.contrib import admin

from luffy_api.apps.dashboard.menu import GROUPS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def menu_of(client: Any) -> dict[str, list[str]]:
    groups = client.get("/admin/").context["app_list"]
    return {group["name"]: [str(entry["name"]) for entry in group["models"]] for group in groups}


def test_every_model_stands_in_one_group():
    registered = Counter(model._meta.label for model in admin.site._registry)
    shown = Counter(label for group in GROUPS for label in group.models)
    assert shown == registered


def test_the_groups_are_jobs_and_the_test_gateways_come_last(admin_client):
    groups = list(menu_of(admin_client))
    assert groups == ["商品", "交易", "学员", "教学", "内容", "搜索", "系统", "测试网关"]


def test_no_two_entries_have_one_name(admin_client):
    # Given the entry of the first page, which the frame adds
    menu = menu_of(admin_client)
    names = ["首页", *menu, *(name for names in menu.values() for name in names)]
    assert len(names) == len(set(names))


def test_a_role_sees_only_groups_with_something_for_it(finance):
    menu = menu_of(finance)

    assert "交易" in menu
    assert "内容" not in menu
    assert all(menu.values())


def test_pages_in_the_frame_do_not_look_for_what_the_menu_may_show(admin_client, monkeypatch):
    looked_for = []
    find = admin.AdminSite.get_app_list
    monkeypatch.setattr(
        admin.AdminSite, "get_app_list", lambda *args: looked_for.append(args) or find(*args)
    )

    admin_client.get("/admin/course/course/")
    admin_client.get("/admin/course/course/add/")
    assert looked_for == []

    assert menu_of(admin_client)
    assert len(looked_for) == 1
