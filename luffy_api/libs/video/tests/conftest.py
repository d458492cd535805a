"""Short videos, drawn by ffmpeg."""

import subprocess

import pytest


def draw(path, *, size="640x360", seconds=3, sound=True, codec=("libx264", "yuv420p"), kind="mp4"):
    """A test picture with a tone, compressed as fast as can be: its size does not matter."""
    fast = ["-preset", "ultrafast"] if codec[0] == "libx264" else []
    tone = ["-f", "lavfi", "-i", f"sine=d={seconds}"] if sound else []
    subprocess.run(
        [
            *["ffmpeg", "-v", "error", "-y", "-f", "lavfi"],
            *["-i", f"testsrc2=s={size}:d={seconds}:r=10", *tone],
            *["-c:v", codec[0], *fast, "-pix_fmt", codec[1], "-c:a", "aac", "-f", kind, str(path)],
        ],
        check=True,
    )
    return path


@pytest.fixture(scope="session")
def long_video(tmp_path_factory):
    """Four minutes of 1280x720, which take long to transcode: four seconds, repeated."""
    folder = tmp_path_factory.mktemp("videos")
    short = draw(folder / "short.mp4", size="1280x720", seconds=4)
    long = folder / "long.mp4"
    again = ["-stream_loop", "59", "-i", str(short), "-c", "copy", str(long)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *again], check=True)
    return long


@pytest.fixture(scope="session")
def video(tmp_path_factory):
    """640x360, three seconds, with sound."""
    return draw(tmp_path_factory.mktemp("videos") / "video.mp4")
