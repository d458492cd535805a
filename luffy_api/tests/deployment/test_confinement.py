"""What a service does works with the system calls that its unit allows."""

import subprocess
import sys
from pathlib import Path

import pytest

from luffy_api.libs.video.tests.conftest import draw
from luffy_api.tests.deployment import filtered
from luffy_api.tests.deployment.machine import DEPLOY, PROJECT

pytestmark = pytest.mark.any_database
CONVERT = """
import sys
from pathlib import Path
from luffy_api.libs.video import probe, renditions_for, transcode_to_hls
video, out = map(Path, sys.argv[1:])
out.mkdir()
info = probe(video, "mp4")
options = {"rendition": renditions_for(320, 180)[0], "time_limit": 60}
transcode_to_hls(video, "mp4", info, out, on_progress=lambda percent: True, **options)
"""


def confined(unit: Path, *command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, filtered.__file__, unit, *map(str, command)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_media_worker_may_convert(tmp_path):
    video = draw(tmp_path / "video.mp4", size="320x180", seconds=1)
    unit = DEPLOY / "systemd" / "luffy-media.service"

    result = confined(unit, sys.executable, "-c", CONVERT, video, tmp_path / "out")

    assert result.returncode == 0, result.stderr
    assert list((tmp_path / "out").rglob("*.ts"))


@pytest.mark.parametrize("name", ["luffy-web@", "luffy-worker", "luffy-media", "luffy-scheduler"])
def test_no_service_may_change_its_user_or_mount(name):
    unit = DEPLOY / "systemd" / f"{name}.service"
    attempts = "import os; os.setgroups([])", "import os; os.chroot('/')"

    results = [confined(unit, sys.executable, "-c", attempt) for attempt in attempts]

    assert ["Operation not permitted" in result.stderr for result in results] == [True, True]
