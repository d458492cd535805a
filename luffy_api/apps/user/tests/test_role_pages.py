"""Roles in the back office: in words, and by boxes; no list of hundreds of permissions."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from luffy_api.apps.user.admin_roles import RoleForm
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests.back_office import log_of, page, save
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def rights_of(role):
    return set(role.permissions.values_list("codename", flat=True))


def test_a_role_says_in_words_what_it_may_do_and_who_has_it(admin_client):
    colleague = staff(roles.FINANCE, nickname="钱老师")
    role = Group.objects.get(name=roles.FINANCE)

    html = admin_client.get(page(Group, "change", role.pk)).content.decode()

    assert "对账差异：查看、修改" in html
    assert colleague.nickname in html


@pytest.mark.parametrize("name", [roles.OPERATIONS, roles.FINANCE])
def test_the_rights_of_a_built_in_role_are_fixed(admin_client, name):
    role = Group.objects.get(name=name)
    before = rights_of(role)
    for kind in ("change", "delete"):
        answer = admin_client.post(page(Group, kind, role.pk), {"name": "x", "post": "yes"})
        assert answer.status_code == 403
    assert rights_of(role) == before
    html = admin_client.get(page(User, "change", staff().pk)).content.decode()
    assert 'name="user_permissions"' not in html
    assert "Can " not in html


def test_a_school_lets_teachers_change_outlines_and_takes_it_back(admin_client):
    role = Group.objects.get(name=roles.TEACHERS)
    before = rights_of(role)
    html = admin_client.get(page(Group, "change", role.pk)).content.decode()
    assert html.count('type="checkbox" name="permissions"') == 1
    assert "修改大纲和测验、上传视频" in html
    assert (html.count("可以做什么"), "学校可以另外允许" in html) == (1, True)

    right = Permission.objects.get(codename="change_taughtcourse")
    assert save(admin_client, role, permissions=[right.pk]).status_code == 302
    assert rights_of(role) == {*before, "change_taughtcourse"}
    assert "给出权限：授课课程：修改大纲和测验、上传视频" in log_of(role)

    save(admin_client, role, name="校长", permissions=[])
    assert "收回权限：授课课程：修改大纲和测验、上传视频" in log_of(role)
    role.refresh_from_db()
    assert (role.name, rights_of(role)) == (roles.TEACHERS, before)


def test_nothing_else_is_given_to_a_built_in_role(admin_client):
    role = Group.objects.get(name=roles.TEACHERS)
    before = rights_of(role)
    other = Permission.objects.get(codename="view_course")
    for sent in ([other.pk], ["x"], [10**30], [0]):
        assert save(admin_client, role, permissions=sent).status_code == 200
    assert rights_of(role) == before


def test_a_school_makes_a_role_of_its_own_in_words(admin_client):
    html = admin_client.get(page(Group, "add")).content.decode()
    assert "Can " not in html
    chosen = Permission.objects.filter(codename__in=["view_course", "view_order"])

    form = {"name": "教务", "permissions": [right.pk for right in chosen]}
    assert admin_client.post(page(Group, "add"), form).status_code == 302

    role = Group.objects.get(name="教务")
    assert rights_of(role) == {"view_course", "view_order"}
    colleague = Client()
    colleague.force_login(staff("教务"))
    assert colleague.get(reverse("admin:course_course_changelist")).status_code == 200
    assert colleague.get(page(User, "changelist")).status_code == 403
    # And changes it again
    assert save(admin_client, role, name="教务处", permissions=[chosen[0].pk]).status_code == 302
    role.refresh_from_db()
    assert (role.name, len(rights_of(role))) == ("教务处", 1)


def test_a_role_of_earlier_days_keeps_what_cannot_be_chosen_any_more(admin_client):
    role = Group.objects.create(name="审计")
    rare = Permission.objects.get(codename="view_paymentcredential")
    role.permissions.add(rare, Permission.objects.get(codename="view_order"))

    save(admin_client, role, name="审计室")
    assert rights_of(role) == {"view_paymentcredential", "view_order"}

    save(admin_client, role, permissions=[])
    assert rights_of(role) == set()
    # Once it is gone it is not offered again
    assert save(admin_client, role, permissions=[rare.pk]).status_code == 200
    assert rights_of(role) == set()


@pytest.mark.parametrize("codename", ["change_user", "add_group", "view_paymentcredential"])
def test_accounts_roles_and_keys_are_not_offered(admin_client, codename):
    right = Permission.objects.get(codename=codename)
    form = {"name": "影子", "permissions": [right.pk]}
    assert admin_client.post(page(Group, "add"), form).status_code == 200
    assert not Group.objects.filter(name="影子").exists()


def test_nobody_gives_a_role_more_than_they_have():
    # Given an editor who is no superuser, whom no page would let in
    role = Group.objects.create(name="教务")
    own, other = (Permission.objects.get(codename=f"view_{name}") for name in ("course", "order"))

    def form(*rights):
        kind = type("Form", (RoleForm,), {"editor": staff(roles.OPERATIONS)})
        return kind({"name": "教务", "permissions": [each.pk for each in rights]}, instance=role)

    assert form(own).is_valid()
    assert form(own, other).errors == {"permissions": ["不能给出您自己没有的权限"]}
    # What the role has already may stay
    role.permissions.add(other)
    assert form(own, other).is_valid()


@pytest.mark.every_database
def test_a_role_that_somebody_has_is_not_deleted(admin_client):
    role = Group.objects.create(name="教务")
    colleague = staff("教务")
    assert admin_client.post(page(Group, "delete", role.pk), {"post": "yes"}).status_code == 403

    colleague.groups.clear()
    assert admin_client.post(page(Group, "delete", role.pk), {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(name="教务").exists()


@pytest.mark.every_database
@pytest.mark.parametrize("name", ["", "运营", "x" * 151])
def test_a_role_has_a_name_of_its_own(admin_client, name):
    answer = admin_client.post(page(Group, "add"), {"name": name, "permissions": []})
    assert list(answer.context["adminform"].form.errors) == ["name"]


def test_a_role_is_given_and_taken_by_a_box(admin_client):
    colleague, role = staff(roles.OPERATIONS), Group.objects.get(name=roles.FINANCE)
    html = admin_client.get(page(User, "change", colleague.pk)).content.decode()
    assert html.count('type="checkbox" name="groups"') == Group.objects.count()

    assert save(admin_client, colleague, groups=[role.pk]).status_code == 302
    assert list(colleague.groups.all()) == [role]
    save(admin_client, colleague, groups=[])
    assert not colleague.groups.exists()


def test_single_permissions_of_earlier_days_are_shown_and_stay(admin_client):
    colleague = staff()
    colleague.user_permissions.add(Permission.objects.get(codename="view_course"))

    html = admin_client.get(page(User, "change", colleague.pk)).content.decode()
    assert "课程：查看" in html

    save(admin_client, colleague, nickname="新名")
    assert colleague.user_permissions.count() == 1


def test_the_list_of_roles_costs_the_same_for_many_members(
    admin_client, django_assert_max_num_queries
):
    for _ in range(2):
        for _ in range(5):
            UserFactory(is_staff=True).groups.add(Group.objects.get(name=roles.FINANCE))
        with django_assert_max_num_queries(13):
            admin_client.get(page(Group, "changelist"))


def test_the_pages_are_titled_in_a_word_of_the_school(admin_client):
    role = Group.objects.create(name="教务")
    titles = {
        page(Group, "add"): "增加角色",
        page(Group, "change", role.pk): "修改角色",
    }

    shown = {address: admin_client.get(address).context["title"] for address in titles}

    assert shown == titles
