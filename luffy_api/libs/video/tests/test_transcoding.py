"""HLS made by the real ffmpeg."""

import os
import signal
import subprocess
import time

import pytest

from luffy_api.libs.video import (
    Killed,
    Stopped,
    TimedOut,
    ToolFailed,
    VideoInfo,
    convert_to_hls,
    probe,
    transcoding,
)
from luffy_api.libs.video.tests.conftest import draw


def info(width, height):
    return VideoInfo(60, width, height, "h264", "yuv420p", "aac")


def convert(film, folder, *, seconds=60, report=lambda percent: True):
    convert_to_hls(film, "mp4", probe(film, "mp4"), folder, seconds=seconds, report=report)


def pictures(playlist):
    """Width and height of what a playlist plays."""
    answer = subprocess.run(
        [
            *["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"],
            *["-show_entries", "stream=width,height", str(playlist)],
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.split()[0].strip(",")


@pytest.fixture
def working(monkeypatch):
    """Every process that was started."""
    started = []
    popen = subprocess.Popen

    def start(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(transcoding.subprocess, "Popen", start)
    return started


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((1920, 1080), [1080, 720, 480]),
        ((3840, 2160), [1080, 720, 480]),
        ((1280, 720), [720, 480, 360]),
        ((720, 1280), [720, 480, 360]),
        ((800, 600), [480, 360]),
        ((321, 241), [240]),
        ((16, 1), [2]),
    ],
)
def test_the_qualities_never_enlarge_a_film(size, sides):
    assert [side for side, _ in transcoding.rungs_for(info(*size))] == sides


def test_a_film_becomes_playlists_with_segments(tmp_path):
    film = draw(tmp_path / "a.mp4", size="854x480", seconds=8)
    folder = tmp_path / "hls"
    folder.mkdir()
    convert(film, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["360p", "480p", "index.m3u8"]
    assert pictures(folder / "480p" / "index.m3u8") == "854,480"
    assert pictures(folder / "360p" / "index.m3u8") == "640,360"
    assert (folder / "480p" / "index.m3u8").read_text().count("#EXTINF") == 2


def test_an_upright_film_without_sound(tmp_path):
    film = draw(tmp_path / "a.mp4", size="360x640", seconds=2, sound=False)
    folder = tmp_path / "hls"
    folder.mkdir()
    convert(film, folder)
    assert pictures(folder / "360p" / "index.m3u8") == "360,640"


def test_progress_is_told(tmp_path, film):
    told = []
    convert(film, tmp_path, report=lambda percent: told.append(percent) or True)
    assert told
    assert all(0 <= percent < 100 for percent in told)


def test_it_stops_when_asked_and_leaves_no_process(tmp_path, film, working):
    with pytest.raises(Stopped):
        convert(film, tmp_path, report=lambda percent: False)
    assert working[-1].returncode is not None


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_an_end_by_somebody_else_is_no_fault_of_the_film(tmp_path, film, working, how):
    with pytest.raises(Killed):
        convert(film, tmp_path, report=lambda percent: not working[-1].send_signal(how))


def test_a_signal_to_the_whole_shop_does_not_reach_it(tmp_path, film, working):
    groups = []
    convert(film, tmp_path, report=lambda percent: not groups.append(os.getpgid(working[-1].pid)))
    assert groups[0] != os.getpgid(0)


def test_it_is_ended_when_its_time_is_over(tmp_path, long_film, working):
    folder = tmp_path / "hls"
    folder.mkdir()
    began = time.monotonic()
    with pytest.raises(TimedOut):
        convert(long_film, folder, seconds=1)
    assert time.monotonic() - began < 10
    assert working[-1].returncode is not None


def test_what_ffmpeg_says_about_a_broken_film(tmp_path, film):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(film.read_bytes()[:400])
    with pytest.raises(ToolFailed, match=r"\w"):
        convert_to_hls(
            broken, "mp4", info(640, 360), tmp_path, seconds=60, report=lambda percent: True
        )
