"""A picture that does not say how its colours were coded has the same ones in each rendition."""

import json

import pytest
from PIL import Image

from luffy_api.libs.video import draw_poster, probe, renditions_for, tools, transcode_to_hls

RED = (192, 0, 0)
NEAR = 8
X264 = ["-c:v", "libx264", "-preset", "ultrafast"]
BY_BT709 = "scale=out_color_matrix=bt709"
BY_BT601 = "scale=-2:480:out_color_matrix=bt601"


def make(path, arguments):
    red = ["-f", "lavfi", "-i", "color=0xc00000:s=1280x720:d=1:r=10,format=rgb24"]
    tools.run("ffmpeg", ["-v", "error", *red, *arguments, str(path)], timeout=30)


def named(playlist):
    """The matrix, the curve and the primaries that a rendition names."""
    entries = "stream=color_space,color_transfer,color_primaries"
    line = ["-v", "error", "-of", "json", "-show_entries", entries, str(playlist)]
    stream = json.loads(tools.run("ffprobe", line, timeout=30))["streams"][0]
    return [stream.get(f"color_{each}") for each in ("space", "transfer", "primaries")]


def shown(playlist, matrix):
    """The colour that a player shows who decodes by this matrix."""
    filters = f"scale=in_color_matrix={matrix},format=rgb24,crop=1:1:32:32"
    raw = ["-vf", filters, "-frames:v", "1", "-f", "rawvideo", "-"]
    return tuple(tools.run("ffmpeg", ["-v", "error", "-i", str(playlist), *raw], timeout=30))


def differs(colour):
    return max(abs(a - b) for a, b in zip(colour, RED, strict=True))


@pytest.mark.parametrize(
    ("name", "arguments", "standard"),
    [
        ("rgb.mp4", ["-c:v", "libx264rgb", "-preset", "ultrafast"], "bt709"),
        ("bgr.avi", ["-c:v", "rawvideo", "-pix_fmt", "bgr24"], "bt709"),
        ("hd.mp4", ["-vf", f"{BY_BT709},format=yuv420p", *X264], "bt709"),
        ("hd444.mp4", ["-vf", f"{BY_BT709},format=yuv444p", *X264], "bt709"),
        ("full.mp4", ["-vf", f"{BY_BT709}:out_range=pc,format=yuvj420p", *X264], "bt709"),
        ("small.mp4", ["-vf", f"{BY_BT601},format=yuv420p", *X264], "smpte170m"),
    ],
)
def test_each_rendition_names_what_the_source_does_not(name, arguments, standard, tmp_path):
    path, kind = tmp_path / name, name.split(".")[1]
    make(path, arguments)
    info = probe(path, kind)
    renditions = renditions_for(info.width, info.height)
    assert len(renditions) >= 2

    for rendition in (renditions[0], renditions[-1]):
        folder = tmp_path / str(rendition.side)
        folder.mkdir()
        transcode_to_hls(
            path,
            kind,
            info,
            folder,
            rendition=rendition,
            time_limit=60,
            on_progress=lambda percent: True,
        )
        playlist = folder / "index.m3u8"
        assert named(playlist) == [standard] * 3
        assert differs(shown(playlist, standard)) <= NEAR

    draw_poster(path, kind, info, tmp_path / "poster.jpg")
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert differs(poster.convert("RGB").getpixel((32, 32))) <= NEAR


def test_what_the_source_names_stays(tmp_path):
    path, folder = tmp_path / "named.mp4", tmp_path / "hls"
    folder.mkdir()
    old = ["-colorspace", "smpte170m", "-color_primaries", "smpte170m", "-color_trc", "smpte170m"]
    make(path, ["-vf", "scale=out_color_matrix=bt601,format=yuv420p", *X264, *old])
    info = probe(path, "mp4")

    assert info.picture.guessed == ""
    transcode_to_hls(
        path,
        "mp4",
        info,
        folder,
        rendition=renditions_for(info.width, info.height)[-1],
        time_limit=60,
        on_progress=lambda percent: True,
    )
    assert named(folder / "index.m3u8") == ["smpte170m"] * 3
