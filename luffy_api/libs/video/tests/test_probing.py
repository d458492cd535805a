"""Reading videos with the real ffprobe and ffmpeg."""

import os
import shutil
from fractions import Fraction

import pytest
from PIL import Image

from luffy_api.libs.video import (
    Killed,
    NotAVideo,
    Oversized,
    ToolMissing,
    draw_poster,
    measuring,
    pictures,
    probe,
    probing,
    tools,
)
from luffy_api.libs.video.pictures import Picture
from luffy_api.libs.video.tests.conftest import draw


def test_what_is_in_a_video(video):
    info = probe(video, "mp4")
    assert (info.duration, info.width, info.height) == (3, 640, 360)
    assert (info.video_codec, info.audio_codec) == ("h264", "aac")
    assert info.plays_in_browsers


def test_a_video_without_sound(tmp_path):
    info = probe(draw(tmp_path / "a.mp4", sound=False), "mp4")
    assert info.audio_codec is None
    assert info.plays_in_browsers


def test_an_flv(tmp_path):
    video = draw(tmp_path / "a.flv", codec=("flv1", "yuv420p"), kind="flv")
    info = probe(video, "flv")
    assert info.duration >= 3
    assert not info.plays_in_browsers


def test_colours_that_browsers_cannot_show_need_transcoding(tmp_path):
    assert not probe(
        draw(tmp_path / "a.mp4", codec=("libx264", "yuv444p")), "mp4"
    ).plays_in_browsers


def test_half_a_video(video, tmp_path):
    half = tmp_path / "half.mp4"
    half.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with pytest.raises(NotAVideo):
        probe(half, "mp4")


def test_a_header_and_nothing_behind_it(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"x" * 5000)
    with pytest.raises(NotAVideo):
        probe(path, "mp4")


def test_sound_alone_has_a_length_and_no_picture(tmp_path, video):
    path = tmp_path / "sound.mp4"
    probing.tools.run(
        "ffmpeg", ["-v", "error", "-i", str(video), "-vn", "-c", "copy", str(path)], timeout=30
    )
    info = probe(path, "mp4")
    assert (info.duration, info.video_codec, info.audio_codec) == (3, None, "aac")
    assert info.plays_in_browsers
    assert (info.picture_length, info.width, info.height) == (0, 1280, 720)


def test_captions_alone_are_no_video(tmp_path):
    captions = tmp_path / "a.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:01,000\nx\n")
    path = tmp_path / "captions.mp4"
    arguments = ["-v", "error", "-i", str(captions), "-c:s", "mov_text", str(path)]
    probing.tools.run("ffmpeg", arguments, timeout=30)
    with pytest.raises(NotAVideo):
        probe(path, "mp4")


def test_a_header_that_cannot_be_checked_is_believed(video, monkeypatch):
    # Given a disk that is too slow to look at every packet
    monkeypatch.setattr(measuring, "TIME_LIMIT_SECONDS", 0.0001)
    assert probe(video, "mp4").duration == 3


def test_a_playlist_in_disguise_reads_no_other_file(tmp_path, video):
    disguised = tmp_path / "evil.mp4"
    disguised.write_text(f"#EXTM3U\n#EXTINF:3,\nfile://{video}\n#EXT-X-ENDLIST\n")
    with pytest.raises(NotAVideo):
        probe(disguised, "mp4")


def test_a_bomb_of_pixels(video, monkeypatch):
    monkeypatch.setattr(probing, "MAX_PIXELS", 640 * 360 - 1)
    with pytest.raises(Oversized):
        probe(video, "mp4")


def test_a_video_longer_than_a_day(video, monkeypatch):
    monkeypatch.setattr(probing, "MAX_SECONDS", 2)
    with pytest.raises(Oversized):
        probe(video, "mp4")


def test_without_the_tool(video, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ToolMissing):
        probe(video, "mp4")


def test_a_poster_is_a_jpeg_that_is_not_enlarged(video, tmp_path):
    draw_poster(video, "mp4", probe(video, "mp4"), tmp_path / "poster.jpg")
    assert (tmp_path / "poster.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_a_poster_has_the_colours_of_its_video(tmp_path):
    green, path = (20, 222, 4), tmp_path / "green.mp4"
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    source = ["-f", "lavfi", "-i", "color=0x14de04:s=64x64:d=1:r=10"]
    coded = ["-vf", "scale=out_color_matrix=bt709,format=yuv420p", "-c:v", "libx264", *tags]
    tools.run("ffmpeg", ["-v", "error", *source, *coded, str(path)], timeout=30)

    draw_poster(path, "mp4", probe(path, "mp4"), tmp_path / "poster.jpg")

    shown = Image.open(tmp_path / "poster.jpg").convert("RGB").getpixel((32, 32))
    assert max(abs(a - b) for a, b in zip(shown, green, strict=True)) <= 8


def test_a_name_that_looks_like_an_option_or_a_url(video, tmp_path):
    for name in ("-y.mp4", "http:一 二.mp4", "%03d.mp4"):
        path = tmp_path / name
        shutil.copy(video, path)
        assert probe(path, "mp4").duration == 3


def test_a_tool_that_was_ended_from_outside_says_nothing_about_the_video(video, monkeypatch):
    monkeypatch.setattr(probing.tools, "command", lambda tool, arguments: ["sh", "-c", "kill $$"])
    with pytest.raises(Killed):
        probe(video, "mp4")


@pytest.fixture
def plain_ffmpeg(tmp_path, monkeypatch):
    """An ffmpeg that was built without the library of zscale."""
    real = shutil.which("ffmpeg")
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "ffmpeg"
    tool.write_text(f'#!/bin/sh\n{real} "$@" | grep -v zscale\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    pictures._filters.cache_clear()
    yield
    pictures._filters.cache_clear()


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_bright_pictures_are_mapped(transfer):
    filters = ",".join(Picture(transfer=transfer, primaries="bt2020").colours())
    assert f"color_trc={transfer}" in filters
    assert "tonemap=tonemap=mobius" in filters
    assert filters.endswith("format=yuv420p,setsar=1")


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_a_page_stays_white_and_grey_stays_grey(transfer):
    """Luma of 16 to 235 of a picture that was brought to HDR and back."""
    mapped = ",".join(Picture(transfer=transfer, primaries="bt2020").colours())
    plain = "color_trc=bt709:color_primaries=bt709:colorspace=bt709:range=tv"
    to_hdr = f"{pictures.LINEAR},zscale=p=bt2020:t={transfer}:m=bt2020nc:r=tv:npl=203"
    filters = f"format=yuv420p,setparams={plain},{to_hdr},format=yuv420p10le,{mapped}"

    def luma(grey):
        source = ["-f", "lavfi", "-i", f"color={grey}:s=16x16"]
        raw = ["-vf", f"{filters},format=gray", "-frames:v", "1", "-f", "rawvideo", "-"]
        return tools.run("ffmpeg", ["-v", "error", *source, *raw], timeout=30)[0]

    assert luma("white") >= 205
    assert abs(luma("0x7f7f7f") - 126) <= 6


@pytest.mark.usefixtures("plain_ffmpeg")
def test_without_zscale_bright_pictures_at_least_say_what_they_are():
    filters = ",".join(Picture(transfer="smpte2084", primaries="bt2020").colours())
    assert "zscale" not in filters
    assert "color_trc=bt709" in filters


@pytest.mark.parametrize(
    ("nominal", "mean", "rate"),
    [
        ("30/1", "30/1", "30"),
        ("30000/1001", "2997/100", "30000/1001"),
        ("90000/1", "298/10", "30000/1001"),
        ("60/1", "7/1", "10"),
        ("1/1", "1/1", "10"),
        ("120/1", "120/1", "60"),
        ("240/1", "240/1", "60"),
        ("1000/1", "0/0", "31.25"),
        ("0/0", "0/0", "25"),
        ("nonsense", "", "25"),
    ],
)
def test_the_rate_of_frames(nominal, mean, rate):
    picture = Picture.of({"r_frame_rate": nominal, "avg_frame_rate": mean})
    assert picture.rate == Fraction(rate)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [("4:3", "4/3"), ("1:1", "1"), ("0:1", "1"), ("N/A", "1"), ("100:1", "1"), ("1:100", "1")],
)
def test_the_shape_of_pixels(text, aspect):
    assert Picture.of({"sample_aspect_ratio": text}).pixel_aspect == Fraction(aspect)
