"""Roles in the back office: in words, and by boxes; no list of hundreds of permissions."""

import pytest
from django.contrib.auth.models import Group, Permission

from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests.back_office import page, save
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db


def test_a_role_says_in_words_what_it_may_do_and_who_has_it(admin_client):
    colleague = staff(roles.FINANCE, nickname="钱老师")
    role = Group.objects.get(name=roles.FINANCE)

    html = admin_client.get(page(Group, "change", role.pk)).content.decode()

    assert "对账差异：查看、修改" in html
    assert colleague.nickname in html


def test_nobody_ticks_permissions(admin_client):
    role = Group.objects.get(name=roles.FINANCE)
    before = set(role.permissions.values_list("pk", flat=True))
    for kind, args in (("change", [role.pk]), ("delete", [role.pk]), ("add", [])):
        answer = admin_client.post(page(Group, kind, *args), {"name": "x", "post": "yes"})
        assert answer.status_code == 403
    assert set(role.permissions.values_list("pk", flat=True)) == before
    html = admin_client.get(page(User, "change", staff().pk)).content.decode()
    assert 'name="user_permissions"' not in html
    assert "Can " not in html


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
        with django_assert_max_num_queries(12):
            admin_client.get(page(Group, "changelist"))
