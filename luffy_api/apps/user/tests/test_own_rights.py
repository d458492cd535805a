"""Nobody takes away their own rights in the back office: who could give them back?"""

import pytest

from luffy_api.apps.user.models import User
from luffy_api.tests.back_office import save, tries
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
RIGHTS = ("is_active", "is_staff", "is_superuser")


def test_ones_own_rights_stay(admin_client, admin_user):
    attempts = [{name: ""} for name in RIGHTS]

    for name, answer in zip(RIGHTS, tries(admin_client, admin_user, *attempts), strict=True):
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors == {
            name: ["不能取消自己的这一项，请由另一位超级用户修改"]
        }

    admin_user.refresh_from_db()
    assert all(getattr(admin_user, name) for name in RIGHTS)
    assert save(admin_client, admin_user, nickname="校长").status_code == 302


def test_those_of_another_superuser_can_be_taken(admin_client):
    other = UserFactory(is_staff=True, is_superuser=True)

    assert save(admin_client, other, is_superuser="").status_code == 302

    assert not User.objects.get(pk=other.pk).is_superuser
