"""Migrations with fewer models in memory: what they see, and what stays as Django does it."""

from types import SimpleNamespace

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from luffy_api.common.migration_states import reads, rendering_less

INDEX = models.Index(fields=["name"], name="by_name")
UNIQUE = models.UniqueConstraint(fields=["name"], name="one_name")


def model(app_label, model_name, /, *, bases=(models.Model,), options=None, **fields):
    if bases == (models.Model,):
        fields = {"id": models.BigAutoField(primary_key=True), **fields}
    return ModelState(app_label, model_name, [*fields.items()], options or {}, bases)


@pytest.fixture
def state():
    """Books of a library, read by its members, who are also seen by its desk."""
    state = ProjectState()
    state.add_model(model("people", "Member", name=models.TextField()))
    reader = models.ForeignKey("people.Member", models.CASCADE, null=True)
    shelf = models.ForeignKey("books.Shelf", models.CASCADE)
    state.add_model(model("books", "Shelf", name=models.TextField()))
    state.add_model(model("books", "Book", name=models.TextField(), reader=reader, shelf=shelf))
    guest = model("desk", "Guest", bases=("people.member",), options={"proxy": True})
    state.add_model(guest)
    return state


def run(code, state):
    editor = SimpleNamespace(connection=connection)
    migrations.RunPython(code).database_forwards("books", editor, state, state)


def seen_by(app_labels, state):
    """The models that marked code finds, with their fields."""
    seen = {}

    @reads(*app_labels)
    def code(apps, schema_editor):
        for each in apps.get_models():
            seen[each.__name__] = {field.name for field in each._meta.get_fields()}

    with rendering_less():
        run(code, state)
    return seen


def test_an_index_and_a_constraint_come_and_go_without_another_model(state):
    before = state.apps.get_model("books", "Book")

    with rendering_less():
        state.add_index("books", "book", INDEX)
        state.add_constraint("books", "book", UNIQUE)
        now = state.apps.get_model("books", "Book")
        added = ([*now._meta.indexes], [*now._meta.constraints])
        state.remove_index("books", "book", INDEX.name)
        state.remove_constraint("books", "book", UNIQUE.name)

    assert now is before
    assert added == ([INDEX], [UNIQUE])
    assert (now._meta.indexes, now._meta.constraints) == ([], [])
    assert state.models["books", "book"].options == {"indexes": [], "constraints": []}


def test_the_state_is_the_same_as_without_it(state):
    theirs = state.clone()
    theirs.add_index("books", "book", INDEX)

    with rendering_less():
        state.add_index("books", "book", INDEX)

    assert state == theirs


def test_marked_code_sees_the_models_of_its_apps_and_no_relation_to_others(state):
    assert seen_by(["books"], state) == {
        "Shelf": {"id", "name", "book"},
        "Book": {"id", "name", "shelf"},
    }


def test_what_a_model_extends_comes_with_it(state):
    assert set(seen_by(["desk"], state)) == {"Member", "Guest"}


def test_code_without_a_mark_sees_everything(state):
    seen = []

    with rendering_less():
        run(lambda apps, schema_editor: seen.extend(apps.get_models()), state)

    assert {each.__name__ for each in seen} == {"Member", "Shelf", "Book", "Guest"}


def loan():
    return model("desk", "Loan", book=models.ForeignKey("books.Book", models.CASCADE))


def test_a_new_relation_leaves_the_models_behind_its_neighbours(state):
    state.add_model(loan())
    shelf, lent = state.apps.get_model("books.Shelf"), state.apps.get_model("desk.Loan")

    with rendering_less():
        state.add_model(model("desk", "Slip", loan=models.ForeignKey("desk.Loan", models.CASCADE)))

    assert state.apps.get_model("books.Shelf") is shelf
    assert state.apps.get_model("desk.Loan") is not lent


def test_code_sees_a_new_relation_from_all_sides(state):
    """One model for each name, whoever names it: Django refuses to relate rows of two."""
    seen = []

    def code(apps, schema_editor):
        for each in apps.get_models():
            related = [
                field.related_model for field in each._meta.get_fields() if field.is_relation
            ]
            assert all(one is apps.get_model(one._meta.label) for one in related), each
        seen.extend(apps.get_model("books.Book")._meta.get_fields())

    state.apps  # noqa: B018 (built before the model comes)
    with rendering_less():
        state.add_model(loan())
        run(code, state)

    assert {field.name for field in seen} == {"id", "name", "reader", "shelf", "loan"}


def test_a_renamed_field_is_what_others_point_to(state):
    state.add_model(model("desk", "Label", code=models.TextField(unique=True)))
    label = models.ForeignKey("desk.Label", models.CASCADE, to_field="code")
    state.add_model(model("desk", "Box", label=label))
    state.apps  # noqa: B018 (built before the field is renamed)

    with rendering_less():
        # Takes the fields apart.
        state.reload_model("desk", "box")
        state.rename_field("desk", "label", "code", "number")

    assert state.apps.get_model("desk.Box")._meta.get_field("label").target_field.name == "number"


def replaced():
    """What Django has in the places that `rendering_less` takes."""
    return (
        *(ProjectState._append_option, ProjectState._find_reload_model, ProjectState.rename_field),
        *(migrations.RunPython.database_forwards, models.Field.clone),
    )


def test_afterwards_django_does_it_again_even_after_a_failure(state):
    django = replaced()

    with rendering_less():
        assert not set(replaced()) & set(django)
    with pytest.raises(ZeroDivisionError), rendering_less():
        run(lambda apps, schema_editor: 1 / 0, state)

    assert replaced() == django


def rule(name):
    """A constraint that both databases name in their catalogue."""
    return models.UniqueConstraint(fields=["name", "kind"], name=name)


@pytest.fixture
def two_migrations():
    """Of a table that exists: the second one has exchanged a constraint for another."""
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=9)),
        ("kind", models.CharField(max_length=9)),
    ]
    options = {"db_table": "way_back", "constraints": [rule("old_rule")]}
    first, second = migrations.Migration("0001", "books"), migrations.Migration("0002", "books")
    first.operations = [migrations.CreateModel("Way", fields, options)]
    second.operations = [
        migrations.AddConstraint("way", rule("new_rule")),
        migrations.RemoveConstraint("way", "old_rule"),
    ]
    state = ProjectState()
    for migration in (first, second):
        with connection.schema_editor() as editor:
            state = migration.apply(state, editor)
    yield first, second
    with connection.schema_editor() as editor:
        editor.execute("DROP TABLE way_back")


@pytest.mark.every_database
@pytest.mark.django_db(transaction=True)
def test_the_way_back_restores_what_was_removed(two_migrations):
    """SQLite makes the table anew from the model that the state before has."""
    first, second = two_migrations
    executor = MigrationExecutor(connection)
    nodes = {("books", each.name): each for each in two_migrations}
    executor.loader = SimpleNamespace(
        graph=SimpleNamespace(nodes=nodes), applied_migrations=nodes, unmigrated_apps=set()
    )

    with rendering_less():
        executor._migrate_all_backwards(
            [(second, True)], [(first, False), (second, False)], fake=False
        )

    with connection.cursor() as cursor:
        found = set(connection.introspection.get_constraints(cursor, "way_back"))
    assert found & {"old_rule", "new_rule"} == {"old_rule"}
