"""File migration: all files arrive, verified; it may stop anywhere, and deletes nothing."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage.handler import StorageHandler

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage, public_storage
from luffy_api.libs.storage.file_migration import STORAGES, Manifest, migrate_files
from luffy_api.libs.storage.local import LocalStorage
from luffy_api.libs.storage.tests.conftest import PACKAGE

FILES = {
    "default": {"course/covers/a b.webp": b"cover", "user/icons/路.png": b"icon"},
    "private": {"course/videos/video.mp4": bytes(range(256)) * 50, "hls/x/0.ts": b"segment"},
}


@pytest.fixture
def source(tmp_path):
    """A local storage with four files."""
    kinds = {"default": "LocalStorage", "private": "PrivateLocalStorage"}
    handler = StorageHandler(
        {
            name: {
                "BACKEND": f"{PACKAGE}.local.{kinds[name]}",
                "OPTIONS": {"location": tmp_path / "from" / name, "base_url": f"/{name}/"},
            }
            for name in STORAGES
        }
    )
    for alias, files in FILES.items():
        for name, content in files.items():
            handler[alias].save(name, ContentFile(content))
    return {name: handler[name] for name in STORAGES}


@pytest.fixture
def target(place):
    """Each storage in turn."""
    return {"default": public_storage(), "private": private_storage()}


@pytest.fixture
def run(source, target, tmp_path):
    """Migrates; returns the counts, and the result of each file."""

    def migrate(**options):
        results = {}
        summary = migrate_files(
            source=source,
            target=target,
            manifest=Manifest(tmp_path / "manifest.jsonl"),
            dry_run=options.get("dry_run", False),
            report=options.get(
                "report", lambda alias, info, result: results.update({info.name: result})
            ),
        )
        return (summary.copied, summary.present, summary.failed), results

    return migrate


def contents(storages):
    return {
        alias: {
            info.name: storages[alias].read_range(info.name, 0, 10**6)
            for info in found.list_names()
        }
        for alias, found in storages.items()
    }


def test_everything_arrives_and_stays_at_the_source(run, source, target):
    assert run()[0] == (4, 0, 0)
    assert contents(target) == contents(source) == FILES


def test_a_dry_run_changes_nothing(run, target, tmp_path):
    counts, results = run(dry_run=True)
    assert counts == (4, 0, 0)
    assert set(results.values()) == {"to copy"}
    assert contents(target) == {"default": {}, "private": {}}
    assert not (tmp_path / "manifest.jsonl").exists()


def test_an_interrupted_migration_goes_on(run, source, target):
    class Interrupted(Exception):
        pass

    seen = []

    def stop_at_the_second(alias, info, result):
        seen.append(info.name)
        if len(seen) == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        run(report=stop_at_the_second)
    assert run()[0] == (2, 2, 0)
    assert contents(target) == FILES


def test_without_its_manifest_files_are_compared_and_not_copied(run, target, tmp_path):
    run()
    (tmp_path / "manifest.jsonl").write_text('["private", "course/vi')
    assert run()[0] == (0, 4, 0)


def test_half_a_file_and_a_wrong_one_are_replaced(run, target):
    target["private"].save("course/videos/video.mp4", ContentFile(b"half"))
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
        if name == "course/videos/video.mp4":
            raise storage.StorageUnavailable("cut off")
        return copy(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(type(source["private"]), "local_copy", failing)
        counts, results = run()
    assert counts == (3, 0, 1)
    assert results["course/videos/video.mp4"] == "failed: StorageUnavailable cut off"
    assert run()[0] == (1, 3, 0)


class Forgetful(LocalStorage):
    """Loses the last byte of what it is given."""

    def save(self, name, content, max_length=None):
        return super().save(name, ContentFile(content.read()[:-1]), max_length)


def test_a_copy_that_differs_is_taken_away_and_counted(source, tmp_path):
    target = {name: Forgetful(location=tmp_path / "to" / name) for name in STORAGES}
    manifest = Manifest(tmp_path / "manifest.jsonl")
    results = {}
    summary = migrate_files(
        source=source,
        target=target,
        manifest=manifest,
        dry_run=False,
        report=lambda alias, info, result: results.update({info.name: result}),
    )
    assert (summary.copied, summary.failed) == (0, 4)
    assert set(results.values()) == {"failed: StorageError the copy differs"}
    assert contents(target) == {"default": {}, "private": {}}
    assert not manifest.path.exists()
