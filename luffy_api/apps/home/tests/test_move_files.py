"""The command of file migration; the migration itself is tested in libs/storage."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from luffy_api.settings import files


@pytest.fixture
def two(settings, tmp_path):
    """Two providers on this machine, under the names of configured ones."""
    settings.VAR_DIR = tmp_path
    settings.PROVIDER_STORAGES = {
        name: files.local(tmp_path / name / "media", tmp_path / name / "private").storages
        for name in ("local", "s3")
    }
    for folder in ("media", "private"):
        (tmp_path / "local" / folder).mkdir(parents=True)
        (tmp_path / "local" / folder / "a.txt").write_text(folder)
    return tmp_path


def run(*arguments):
    out = StringIO()
    call_command("move_files", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_it_did(two):
    said = run("--from", "local", "--to", "s3")
    assert "private a.txt (7 bytes): copied" in said
    assert "2 copied (12 bytes), 0 there already, 0 failed." in said
    assert (two / "s3" / "private" / "a.txt").read_text() == "private"
    assert "0 copied (0 bytes), 2 there already" in run("--from", "local", "--to", "s3")


def test_a_dry_run_says_what_it_would_do(two):
    assert "2 to copy or compare" in run("--from", "local", "--to", "s3", "--dry-run")
    assert not (two / "s3").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--from", "local", "--to", "local"), "the same storage"),
        (("--from", "local", "--to", "qiniu"), "qiniu is not configured; these are: local, s3."),
    ],
)
def test_it_refuses_what_makes_no_sense(two, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_it_fails_when_a_file_did_not_arrive(two):
    (two / "s3" / "private").mkdir(parents=True)
    (two / "s3" / "private" / "a.txt").mkdir()
    with pytest.raises(CommandError, match="run the command again"):
        run("--from", "local", "--to", "s3")
