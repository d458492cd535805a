"""A migration that the last release's code cannot live with is refused before it is released."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader

from luffy_api.apps.course import migrations as course_migrations
from luffy_api.apps.home.management.commands import lint_migrations
from luffy_api.common.migration_rules import Releases, dotted

MODEL = "'coursecategory'"
TEXT = "models.CharField(max_length=8"
CHECK = "models.CheckConstraint(condition=models.Q"
# What an operation on a table of the last release is told; None: nothing.
OPERATIONS = {
    f"AddField({MODEL}, 'a', {TEXT}, default=''))": "give it null=True or db_default",
    f"AddField({MODEL}, 'b', {TEXT}, default='', db_default=''))": None,
    f"AddField({MODEL}, 'c', {TEXT}, null=True))": None,
    f"AddField({MODEL}, 'd', {TEXT}, null=True, unique=True))": None,
    f"AddField({MODEL}, 'e', {TEXT}, db_default='', unique=True))": "would get the same value",
    f"AddField({MODEL}, 'f', models.ManyToManyField('course.teacher'))": None,
    f"AddField({MODEL}, 'g', models.ForeignKey('course.teacher', models.CASCADE))": "null=True",
    f"AlterField({MODEL}, 'c', {TEXT}, default=''))": "give it null=True or db_default",
    f"AlterField({MODEL}, 'b', models.CharField(max_length=9, db_default=''))": None,
    f"AlterField({MODEL}, 'd', models.CharField(max_length=7, null=True))": "what it refuses",
    f"AlterField({MODEL}, 'b', models.IntegerField(db_default=0))": "still uses it",
    f"RenameField({MODEL}, 'b', 'z')": "still uses it",
    f"RemoveField({MODEL}, 'z')": "still uses it",
    f"AddConstraint({MODEL}, models.UniqueConstraint(fields=['orders'], name='x'))": "it refuses",
    f"AddConstraint({MODEL}, {CHECK}(orders=1), name='u'))": "it refuses",
    # No row of the old code has a value there.
    f"AddConstraint({MODEL}, {CHECK}(a='c'), name='v'))": None,
    f"AddConstraint({MODEL}, {CHECK}(a='c', orders=1), name='w'))": "it refuses",
    f"AlterUniqueTogether({MODEL}, {{('name', 'orders')}})": "it refuses",
    f"AlterModelTable({MODEL}, 'elsewhere')": "still uses it",
    "RunSQL('SELECT 1')": "not known",
    "RunPython(migrations.RunPython.noop)": None,
    f"AddIndex({MODEL}, models.Index(fields=['orders'], name='y'))": None,
    "SeparateDatabaseAndState([migrations.RunSQL('SELECT 2')])": "not known",
    f"SeparateDatabaseAndState(state_operations=[migrations.RemoveField({MODEL}, 'd')])": None,
    # The old code knows nothing of a new table.
    "CreateModel('New', [('id', models.AutoField(primary_key=True))])": None,
    f"AddField('new', 'a', {TEXT}, unique=True, default=''))": None,
    "RenameField('new', 'a', 'b')": None,
    "RemoveField('new', 'b')": None,
    # Its table has a name of its own.
    "RenameModel('CourseCategory', 'Kind')": None,
    "DeleteModel('Kind')": "still uses it",
}
Plant = Callable[..., None]


@pytest.fixture
def releases(monkeypatch, tmp_path: Path) -> Releases:
    """All migrations of now belong to one release."""
    file = tmp_path / "released.txt"
    file.touch()
    monkeypatch.setattr(lint_migrations, "RELEASES", file)
    released = Releases.read(file)
    released.add("1", [dotted(key) for key in MigrationLoader(None).graph.nodes])
    return released


@pytest.fixture
def plant(settings, monkeypatch, tmp_path: Path) -> Plant:
    """Adds a migration with these operations to the app `course`."""

    def write(*operations: str, contract: str = "") -> None:
        package = tmp_path / f"{tmp_path.name}_{len(list(tmp_path.iterdir()))}"
        package.mkdir()
        places = [str(package), *course_migrations.__path__]
        (package / "__init__.py").write_text(f"__path__ = {places!r}\n")
        latest = max(path.stem for path in Path(places[1]).glob("0*.py"))
        lines = ",\n".join(f"migrations.{operation}" for operation in operations)
        (package / "0999_planted.py").write_text(
            "from django.db import migrations, models\n"
            "class Migration(migrations.Migration):\n"
            f"    {contract}\n"
            f"    dependencies = [('course', {latest!r})]\n"
            f"    operations = [{lines}]\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        settings.MIGRATION_MODULES = {"course": package.name}

    return write


def test_each_operation_that_the_old_code_cannot_live_with_is_named(releases, plant):
    plant(*OPERATIONS)

    with pytest.raises(CommandError) as refused:
        call_command("lint_migrations")

    told = [line for line in str(refused.value).splitlines() if "course.0999_planted" in line]
    expected = [words for words in OPERATIONS.values() if words]
    assert [words in line for words, line in zip(expected, told, strict=True)] == [True] * len(told)
    assert "To change a table" in str(refused.value)


def test_what_expands_is_accepted_and_becomes_part_of_a_release(releases, plant, capsys):
    plant(*[operation for operation, words in OPERATIONS.items() if not words][:3])

    call_command("lint_migrations", release="2")

    assert capsys.readouterr().out == "1 migrations since the last release fit it.\n"
    stored = Releases.read(releases.file).migrations
    assert stored["2"] == ["course.0999_planted"]
    assert stored["1"] == releases.migrations["1"]


def test_a_contract_names_the_release_that_stopped_using_it(releases, plant):
    plant("DeleteModel('Teacher')", contract='contract = "1"')
    call_command("lint_migrations")

    plant("DeleteModel('Teacher')", contract='contract = "not yet"')
    with pytest.raises(CommandError, match=r"'not yet', which is no release"):
        call_command("lint_migrations")


def test_a_released_migration_stays(releases):
    releases.add("1", ["course.0998_gone"])

    with pytest.raises(CommandError, match=r"course\.0998_gone was released and is gone"):
        call_command("lint_migrations")
