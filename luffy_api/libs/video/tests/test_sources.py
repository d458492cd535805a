"""Every kind of video that teachers have comes out as one that every browser plays.

A dozen are made by each run of the tests, all of them by `pytest -m sources`.
"""

import json
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from luffy_api.libs.video import (
    draw_poster,
    draw_sound,
    formats,
    length_of_playlist,
    probe,
    renditions_for,
    transcode_to_hls,
)
from luffy_api.libs.video.tests.sources import SOURCES, table

DOCUMENT = Path(__file__).parents[4] / "docs" / "playing.md"
CAPTIONS = "1\n00:00:00,000 --> 00:00:01,000\n你好\n"
# Of AAC's frames, and of the clock of an MPEG-TS.
TOLERANCE = 0.2
EVERYWHERE = [each for each in SOURCES if each.in_ci]
OUTSIDE = [pytest.param(each, marks=pytest.mark.sources) for each in SOURCES if not each.in_ci]


def streams(playlist):
    """By kind, as ffprobe prints them."""
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", str(playlist)],
        check=True,
        capture_output=True,
    )
    return {each["codec_type"]: each for each in json.loads(answer.stdout)["streams"]}


def ends(playlist, stream):
    """Where the first packet begins and the last one ends, in seconds."""
    answer = subprocess.run(
        [
            *["ffprobe", "-v", "error", "-of", "csv=p=0", "-select_streams", stream],
            *["-show_entries", "packet=pts_time,duration_time", str(playlist)],
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [line.strip(",").split(",") for line in answer.stdout.split()]
    numbers = [(float(row[0]), float(row[1]) if len(row) > 1 else 0) for row in rows]
    return min(pts for pts, _ in numbers), max(sum(each) for each in numbers)


@pytest.fixture
def made(source, tmp_path):
    captions = tmp_path / "captions.srt"
    captions.write_text(CAPTIONS)
    source.made[:] = [str(captions) if each == "{captions}" else each for each in source.made]
    return source.make(tmp_path)


@pytest.mark.parametrize("source", [*EVERYWHERE, *OUTSIDE], ids=lambda each: each.name)
def test_a_source_comes_out_right(source, made, tmp_path):
    # When it is taken for what its name says, read, drawn and converted
    assert formats.fits(source.kind, made.read_bytes()[: formats.SNIFF_BYTES])
    info = probe(made, source.kind)
    still = None
    poster = tmp_path / "poster.jpg"
    if info.video_codec is None:
        still = poster
        draw_sound(made, source.kind, still)
    else:
        draw_poster(made, source.kind, info, poster)
    folder = tmp_path / "hls"
    folder.mkdir()
    transcode_to_hls(
        made,
        source.kind,
        info,
        folder,
        rendition=renditions_for(info.width, info.height)[0],
        time_limit=60,
        on_progress=lambda percent: True,
        still=still,
    )

    # Then it has the shape, the colours and the motion of the table
    playlist = folder / "index.m3u8"
    found = streams(playlist)
    seen = found["video"]
    assert f"{seen['width']}x{seen['height']}" == source.size
    assert seen.get("sample_aspect_ratio", "1:1") in {"1:1", "N/A"}
    assert (seen["pix_fmt"], seen.get("field_order", "progressive")) == ("yuv420p", "progressive")
    assert seen.get("color_transfer", "bt709") in {"bt709", "unknown", "smpte170m"}
    assert seen.get("color_range", "tv") == "tv"
    if source.seen:
        assert seen["r_frame_rate"] in {source.rate, f"{source.rate}/1"}
    with Image.open(poster) as image:
        assert image.width / image.height == pytest.approx(seen["width"] / seen["height"], rel=0.05)

    # And picture and sound last from its beginning to its end
    assert info.length == pytest.approx(source.seconds, abs=TOLERANCE)
    assert length_of_playlist(playlist.read_text()) == pytest.approx(source.seconds, abs=TOLERANCE)
    assert ("audio" in found) is source.sound
    for kind in found:
        begin, end = ends(playlist, kind[0])
        assert end - begin == pytest.approx(source.seconds, abs=TOLERANCE)
        if kind == "audio":
            assert (found[kind]["codec_name"], found[kind]["channels"]) == ("aac", 2)


def test_the_handbook_shows_the_table():
    assert len(SOURCES) >= 40
    assert table() in DOCUMENT.read_text()
