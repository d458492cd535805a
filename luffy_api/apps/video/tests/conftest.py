import pytest
from rest_framework.test import APIClient

from luffy_api.tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _own_workbench(settings, tmp_path):
    """Tests in several processes do not wait for each other's conversions."""
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def staff_api(db):
    """An administrator, logged in to the back office."""
    client = APIClient()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client
