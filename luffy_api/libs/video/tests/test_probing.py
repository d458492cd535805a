"""Reading videos with the real ffprobe and ffmpeg."""

import shutil

import pytest

from luffy_api.libs.video import (
    Killed,
    NotAVideo,
    Oversized,
    ToolMissing,
    draw_poster,
    probe,
    probing,
)
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


def test_sound_alone_is_no_video(tmp_path, video):
    path = tmp_path / "sound.mp4"
    probing.tools.run(
        "ffmpeg", ["-v", "error", "-i", str(video), "-vn", "-c", "copy", str(path)], timeout=30
    )
    with pytest.raises(NotAVideo):
        probe(path, "mp4")


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


def test_a_name_that_looks_like_an_option_or_a_url(video, tmp_path):
    for name in ("-y.mp4", "http:一 二.mp4", "%03d.mp4"):
        path = tmp_path / name
        shutil.copy(video, path)
        assert probe(path, "mp4").duration == 3


def test_a_tool_that_was_ended_from_outside_says_nothing_about_the_video(video, monkeypatch):
    monkeypatch.setattr(probing.tools, "command", lambda tool, arguments: ["sh", "-c", "kill $$"])
    with pytest.raises(Killed):
        probe(video, "mp4")
