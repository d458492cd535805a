"""The handbook in the back office."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from luffy_api.apps.dashboard.admin.handbook import HANDBOOK
from luffy_api.apps.dashboard.menu import GROUPS
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

URL = "/admin/handbook/"
PICTURE = re.compile(r"!\[.+?\]\((.+?)\)")
# A page of students, named in the same way.
STUDENTS_OWN = ("我的", "我的优惠券")
ENTRY = re.compile("[「“](\\w+) → (\\w+)")


@pytest.mark.parametrize("role", ["", "运营", "财务"])
def test_all_staff_read_it_from_the_first_page(client, role):
    client.force_login(staff(role))
    assert URL in client.get("/admin/").content.decode()

    text = client.get(URL).content.decode()

    assert "<h2>七、第一次对账</h2>" in text
    assert "以及终端里显示的一次性代码" in text
    assert text.count("<img ") == len(PICTURE.findall(HANDBOOK.read_text())) > 5


def test_nobody_else_does(client, student):
    assert client.get(URL).status_code == 302
    client.force_login(student)
    assert client.get(URL).status_code == 302


def test_every_picture_is_there_and_small():
    for path in PICTURE.findall(HANDBOOK.read_text()):
        assert finders.find(path.removeprefix("images/"))
        assert (settings.BASE_DIR / "docs" / path).stat().st_size < 120_000


def test_what_it_names_stands_in_the_menu():
    from django.apps import apps

    menu = {
        (group.title, name or str(apps.get_model(label)._meta.verbose_name_plural))
        for group in GROUPS
        for label, name in group.models.items()
    }
    named = set(ENTRY.findall(HANDBOOK.read_text())) - {STUDENTS_OWN}
    assert len(named) > 30
    assert named - menu == set()
