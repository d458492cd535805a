"""A move: everything arrives, checked; it may stop anywhere, and never takes from the source."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage.handler import StorageHandler

from luffy_api.libs import storage
from luffy_api.libs.storage.moving import AREAS, Journal, move
from luffy_api.libs.storage.tests.conftest import ROOM

FILES = {
    "default": {"course/covers/a b.webp": b"cover", "user/icons/路.png": b"icon"},
    "private": {"course/videos/film.mp4": bytes(range(256)) * 50, "hls/x/0.ts": b"segment"},
}


@pytest.fixture
def source(tmp_path):
    """A local storage with four files."""
    kinds = {"default": "LocalStorage", "private": "PrivateLocalStorage"}
    handler = StorageHandler(
        {
            name: {
                "BACKEND": f"{ROOM}.local.{kinds[name]}",
                "OPTIONS": {"location": tmp_path / "from" / name, "base_url": f"/{name}/"},
            }
            for name in AREAS
        }
    )
    for area, files in FILES.items():
        for name, content in files.items():
            handler[area].save(name, ContentFile(content))
    return {name: handler[name] for name in AREAS}


@pytest.fixture
def target(place):
    """Each storage in turn."""
    return {"default": storage.public_storage(), "private": storage.private_storage()}


@pytest.fixture
def run(source, target, tmp_path):
    """Moves; answers the counts, and what was said of each file."""

    def moved(**options):
        said = {}
        tally = move(
            source=source,
            target=target,
            journal=Journal(tmp_path / "journal.jsonl"),
            dry_run=options.get("dry_run", False),
            report=options.get(
                "report", lambda area, info, outcome: said.update({info.name: outcome})
            ),
        )
        return (tally.copied, tally.present, tally.failed), said

    return moved


def contents(areas):
    return {
        area: {
            info.name: areas[area].read_range(info.name, 0, 10**6) for info in found.list_names()
        }
        for area, found in areas.items()
    }


def test_everything_arrives_and_stays_at_the_source(run, source, target):
    assert run()[0] == (4, 0, 0)
    assert contents(target) == contents(source) == FILES


def test_a_dry_run_changes_nothing(run, target, tmp_path):
    counts, said = run(dry_run=True)
    assert counts == (4, 0, 0)
    assert set(said.values()) == {"to copy"}
    assert contents(target) == {"default": {}, "private": {}}
    assert not (tmp_path / "journal.jsonl").exists()


def test_an_interrupted_move_goes_on(run, source, target):
    class Interrupted(Exception):
        pass

    seen = []

    def stop_at_the_second(area, info, outcome):
        seen.append(info.name)
        if len(seen) == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        run(report=stop_at_the_second)
    assert run()[0] == (2, 2, 0)
    assert contents(target) == FILES


def test_without_its_journal_files_are_compared_and_not_copied(run, target, tmp_path):
    run()
    (tmp_path / "journal.jsonl").write_text('["private", "course/vi')
    assert run()[0] == (0, 4, 0)


def test_half_a_file_and_a_wrong_one_are_replaced(run, target):
    target["private"].save("course/videos/film.mp4", ContentFile(b"half"))
    target["private"].save("hls/x/0.ts", ContentFile(b"SEGMENT"))
    assert run()[0] == (4, 0, 0)
    assert contents(target) == FILES


def test_what_changed_since_is_brought_again(run, source, target):
    run()
    source["private"].delete("hls/x/0.ts")
    source["private"].save("hls/x/0.ts", ContentFile(b"another segment"))
    assert run()[0] == (1, 3, 0)
    assert target["private"].read_range("hls/x/0.ts", 0, 99) == b"another segment"


def test_a_file_that_fails_does_not_stop_the_others(run, source, target, monkeypatch):
    copy = type(source["private"]).local_copy

    def failing(self, name):
        if name == "course/videos/film.mp4":
            raise storage.StorageUnavailable("cut off")
        return copy(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(type(source["private"]), "local_copy", failing)
        counts, said = run()
    assert counts == (3, 0, 1)
    assert said["course/videos/film.mp4"] == "failed: StorageUnavailable cut off"
    assert run()[0] == (1, 3, 0)
