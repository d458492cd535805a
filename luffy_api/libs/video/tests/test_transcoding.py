"""HLS made by the real ffmpeg."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from luffy_api.libs.video import (
    Killed,
    Rendition,
    Stopped,
    TimedOut,
    ToolFailed,
    VideoInfo,
    master_playlist,
    probe,
    transcode_to_hls,
    transcoding,
)
from luffy_api.libs.video.tests.conftest import draw


def info(width, height):
    return VideoInfo(60, width, height, "h264", "yuv420p", "aac")


SMALL = Rendition(360, 600_000)


def transcode(
    video, folder, *, rendition=SMALL, time_limit=60, on_progress=lambda percent: True, read=None
):
    return transcode_to_hls(
        video,
        "mp4",
        read or probe(video, "mp4"),
        folder,
        rendition=rendition,
        time_limit=time_limit,
        on_progress=on_progress,
    )


def frame_size(playlist):
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
def processes(monkeypatch):
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
def test_renditions_never_enlarge_a_video(size, sides):
    assert [side for side, _ in transcoding.renditions_for(*size)] == sides


def test_a_rendition_is_a_playlist_with_segments(tmp_path):
    video = draw(tmp_path / "a.mp4", size="854x480", seconds=8)
    folder = tmp_path / "hls"
    folder.mkdir()
    attributes = transcode(video, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["00000.ts", "00001.ts", "index.m3u8"]
    assert frame_size(folder / "index.m3u8") == "640,360"
    assert (folder / "index.m3u8").read_text().count("#EXTINF") == 2
    assert re.fullmatch(
        r'BANDWIDTH=\d+,RESOLUTION=640x360,CODECS="avc1\.\w+,mp4a\.40\.2"', attributes
    )


def test_a_master_playlist_plays_each_rendition(tmp_path, video):
    renditions = []
    for side in (360, 240):
        folder = tmp_path / f"{side}p"
        folder.mkdir()
        attributes = transcode(video, folder, rendition=Rendition(side, 600_000))
        renditions.append((attributes, f"{side}p/index.m3u8"))
    master = tmp_path / "index.m3u8"
    master.write_text(master_playlist(renditions))
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=height", "-of", "csv=p=0", str(master)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert {line.strip(",") for line in answer.stdout.split()} >= {"360", "240"}


def test_an_upright_video_without_sound(tmp_path):
    video = draw(tmp_path / "a.mp4", size="360x640", seconds=2, sound=False)
    folder = tmp_path / "hls"
    folder.mkdir()
    assert "mp4a" not in transcode(video, folder)
    assert frame_size(folder / "index.m3u8") == "360,640"


def test_progress_is_reported(tmp_path, video):
    reported = []
    transcode(video, tmp_path, on_progress=lambda percent: reported.append(percent) or True)
    assert reported
    assert all(0 <= percent < 100 for percent in reported)


def test_it_stops_when_asked_and_leaves_no_process(tmp_path, video, processes):
    with pytest.raises(Stopped):
        transcode(video, tmp_path, on_progress=lambda percent: False)
    assert processes[-1].returncode is not None


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_an_end_by_somebody_else_is_no_fault_of_the_video(tmp_path, video, processes, how):
    with pytest.raises(Killed):
        transcode(video, tmp_path, on_progress=lambda percent: not processes[-1].send_signal(how))


def test_a_signal_to_the_whole_process_group_does_not_reach_it(tmp_path, video, processes):
    groups = []

    def note_group(percent):
        groups.append(os.getpgid(processes[-1].pid))
        return True

    transcode(video, tmp_path, on_progress=note_group)
    assert groups[0] != os.getpgid(0)


def test_it_is_ended_when_its_time_is_over(tmp_path, long_video, processes):
    folder = tmp_path / "hls"
    folder.mkdir()
    began = time.monotonic()
    with pytest.raises(TimedOut):
        transcode(long_video, folder, time_limit=1)
    assert time.monotonic() - began < 10
    assert processes[-1].returncode is not None


def test_what_ffmpeg_says_about_a_broken_video(tmp_path, video):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(video.read_bytes()[:400])
    with pytest.raises(ToolFailed, match=r"\w"):
        transcode(broken, tmp_path, read=info(640, 360))


def test_without_a_thread_for_its_time_limit_ffmpeg_does_not_run_on(
    video, tmp_path, processes, no_threads
):
    with no_threads(), pytest.raises(RuntimeError):
        transcode(video, tmp_path)
    assert processes[-1].poll() is not None


ORPHAN = """
import os, sys, time
from luffy_api.libs.video import tools
line = tools.command("ffmpeg", sys.argv[1:])
parent = os.getpid()
if not os.fork():
    while os.getppid() == parent:
        time.sleep(0.01)
    os.execv(line[0], line)
"""


def test_ffmpeg_does_not_begin_when_its_worker_died_before_the_kernel_watched_it(tmp_path, video):
    # Given a worker that dies between the fork and the exec of the tool
    target = tmp_path / "picture.jpg"
    arguments = ["-i", str(video), "-frames:v", "1", str(target)]
    worker = subprocess.run(
        [sys.executable, "-c", ORPHAN, *arguments], capture_output=True, check=True
    )

    # Then the orphan, whose output ended with it, has done nothing
    assert worker.stderr == b""
    assert not target.exists()
