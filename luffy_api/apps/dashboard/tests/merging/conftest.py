import pytest

from luffy_api.tests import factories


@pytest.fixture
def kept():
    return factories.UserFactory(nickname="保留", mobile="13811110001")


@pytest.fixture
def other():
    return factories.UserFactory(nickname="另一个", mobile="13811110002")


@pytest.fixture
def admin():
    return factories.UserFactory(is_staff=True, is_superuser=True)
