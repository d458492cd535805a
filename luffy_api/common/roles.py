"""Roles of the back office: groups whose rights each app grants to its own tables, by migration."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.management import create_permissions
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OPERATIONS = "运营"
FINANCE = "财务"
# What the migrations that call `grant` need beside the tables of their own app.
NEEDED = [
    ("auth", "0012_alter_user_first_name_max_length"),
    ("contenttypes", "0002_remove_content_type_name"),
]
ALL = ("view", "add", "change", "delete")
VIEW = ("view",)


def grant(
    role: str, app_label: str, rights: Mapping[str, tuple[str, ...]]
) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For RunPython: gives `role` the rights on models of `app_label`, creating both as needed.

    Django makes permissions only after the last migration, so on a fresh database they are made
    here. Rights that the group has already stay.
    """
    codenames = [f"{right}_{model}" for model, actions in rights.items() for right in actions]

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        database = schema_editor.connection.alias
        _make_permissions(apps, app_label, database)
        permissions = list(
            apps.get_model("auth", "Permission")
            .objects.using(database)
            .filter(content_type__app_label=app_label, codename__in=codenames)
        )
        assert len(permissions) == len(codenames), f"unknown rights among {codenames}"
        groups = apps.get_model("auth", "Group").objects.using(database)
        group, _ = groups.get_or_create(name=role)
        group.permissions.add(*permissions)

    return forwards


def _make_permissions(apps: Any, app_label: str, database: str) -> None:
    config = apps.get_app_config(app_label)
    # The historical app has no models module, which create_permissions takes for "no models".
    before = getattr(config, "models_module", None)
    config.models_module = True
    try:
        create_permissions(config, verbosity=0, using=database, apps=apps)
    finally:
        config.models_module = before
