"""Roles of the back office: groups, to which migrations of each app add permissions."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.management import create_permissions
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from luffy_api.common.migration_states import reads

OPERATIONS = "运营"
FINANCE = "财务"
TEACHERS = "讲师"
# Dependencies of migrations that call `grant` or `rename_permissions`.
NEEDED = [
    ("auth", "0012_alter_user_first_name_max_length"),
    ("contenttypes", "0002_remove_content_type_name"),
]
ALL = ("view", "add", "change", "delete")
VIEW = ("view",)


def grant(
    role: str, app_label: str, rights: Mapping[str, tuple[str, ...]]
) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For RunPython: adds permissions on models of `app_label` to the group named `role`.

    `rights` maps model names in lower case to actions. Group and permissions are created as
    needed, since Django creates permissions only after the last migration.
    """
    codenames = [f"{right}_{model}" for model, actions in rights.items() for right in actions]

    @reads("auth", "contenttypes", app_label)
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


def rename_permissions(
    app_label: str, old_model: str, new_model: str
) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For RunPython after RenameModel: renames the codenames of the model's permissions.

    Django renames the content type only and would create new permissions, which no group has.
    Model names in lower case, as in codenames. Does nothing on a fresh database.
    """

    @reads("auth", "contenttypes")
    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        permissions = apps.get_model("auth", "Permission").objects.using(
            schema_editor.connection.alias
        )
        for action in ALL:
            permissions.filter(
                content_type__app_label=app_label, codename=f"{action}_{old_model}"
            ).update(codename=f"{action}_{new_model}")

    return forwards


def _make_permissions(apps: Any, app_label: str, database: str) -> None:
    config = apps.get_app_config(app_label)
    # create_permissions skips an app without models_module, as historical apps are.
    before = getattr(config, "models_module", None)
    config.models_module = True
    try:
        create_permissions(config, verbosity=0, using=database, apps=apps)
    finally:
        config.models_module = before
