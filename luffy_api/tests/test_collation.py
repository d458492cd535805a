"""Texts are equal for the database when they are for Python; a search may ignore case."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection
from django.db.models import CharField, F, Model, TextField, UniqueConstraint, Value

from luffy_api.apps.course.models import CourseCategory
from luffy_api.common.mysql import collation
from luffy_api.tests.factories import UserFactory

MARIADB_ONLY = pytest.mark.skipif(connection.vendor != "mysql", reason="collations of MariaDB")


def unique_texts(model: type[Model]) -> set[str]:
    """Columns with a text that may stand only once, alone or with others; Django's own too."""
    constraints = [c for c in model._meta.constraints if isinstance(c, UniqueConstraint)]
    together = {name for names in model._meta.unique_together for name in names}
    together |= {name for constraint in constraints for name in constraint.fields}
    return {
        field.column
        for field in model._meta.concrete_fields
        if (field.unique or field.name in together)
        and isinstance(getattr(field, "output_field", field), CharField | TextField)
    }


@MARIADB_ONLY
@pytest.mark.django_db
def test_every_unique_text_is_compared_exactly():
    models = {m._meta.db_table: m for m in apps.get_models() if m._meta.managed}
    expected = {(table, column) for table, m in models.items() for column in unique_texts(m)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME = 'utf8mb4_bin'"
        )
        exact = set(cursor.fetchall())

    assert {("luffy_order", "out_trade_no"), ("luffy_user", "username_key")} <= expected
    assert len(expected) > 40
    assert expected - exact == set()


@pytest.mark.django_db
def test_names_that_differ_in_rare_characters_or_accents_are_different():
    for name in ("𠮷田", "𡃁田", "Python", "python", "Pythön"):
        CourseCategory.objects.create(name=name)

    for category in CourseCategory.objects.all():
        assert CourseCategory.objects.get(name=category.name) == category


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lookup", "value"),
    [
        ("icontains", "THON"),
        ("iexact", "python 入门"),
        ("istartswith", "pY"),
        ("iendswith", "N 入门"),
        ("icontains", Value("YTH")),
        ("iexact", F("name")),
    ],
)
def test_a_search_may_ignore_case(lookup, value):
    CourseCategory.objects.create(name="Python 入门")

    assert CourseCategory.objects.filter(**{f"name__{lookup}": value}).exists()
    assert not CourseCategory.objects.filter(**{f"name__{lookup}": "𡃁"}).exists()


@MARIADB_ONLY
@pytest.mark.django_db(transaction=True)
def test_a_database_of_another_collation_is_reported_until_it_is_converted():
    user = UserFactory()
    name = connection.settings_dict["NAME"]
    assert run_checks(tags=["database"], databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE `{name}` COLLATE utf8mb4_general_ci")
        cursor.execute("ALTER TABLE luffy_user CONVERT TO CHARACTER SET utf8mb4")

    try:
        warnings = run_checks(tags=["database"], databases=["default"])
    finally:
        collation.make_exact(connection)

    assert [warning.id for warning in warnings] == ["luffy.W001"]
    assert "utf8mb4_general_ci" in warnings[0].msg
    assert "luffy_user" in warnings[0].msg
    assert run_checks(tags=["database"], databases=["default"]) == []
    user.refresh_from_db()
