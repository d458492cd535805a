import pytest
from rest_framework.test import APIClient

from luffy_api.apps.video import services
from luffy_api.apps.video.tests.jobs import NAME
from luffy_api.libs.video.tests.conftest import draw
from luffy_api.tests.factories import SectionFactory, UserFactory
from luffy_api.tests.private_files import store


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


@pytest.fixture(scope="session")
def short_video(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("videos") / "video.mp4").read_bytes()


@pytest.fixture
def queued(db, folders, short_video):
    """A section whose video waits to be processed."""
    store(folders, NAME, short_video)
    section = SectionFactory(video="", duration=0)
    services.add_video(section_id=section.pk, name=NAME)
    return section
