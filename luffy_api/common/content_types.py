"""Moving models between apps without losing who may do what with them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# (app label, model name in lower case)
ModelKey = tuple[str, str]


def move_models(
    moved: Mapping[ModelKey, ModelKey],
) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For RunPython: content types follow models that changed their app or name.

    Permissions, and the groups, users and log entries that refer to them, stay the rows they were.
    Needs `roles.NEEDED` and the admin app as dependencies, and the models in the state.
    """

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        database = schema_editor.connection.alias
        content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
        for (old_label, old_model), (label, model) in moved.items():
            row = content_types.filter(app_label=old_label, model=old_model).first()
            if row is None:
                continue
            # Made empty a moment ago, when the migrations of that app were run by themselves.
            content_types.filter(app_label=label, model=model).delete()
            row.app_label, row.model = label, model
            row.save()
            _rename_permissions(apps, database, row, old_model)
        ContentType.objects.clear_cache()

    return forwards


def reverse(moved: Mapping[ModelKey, ModelKey]) -> dict[ModelKey, ModelKey]:
    """The way back."""
    return {new: old for old, new in moved.items()}


def _rename_permissions(apps: Any, database: str, row: Any, old_model: str) -> None:
    verbose_name = apps.get_model(row.app_label, row.model)._meta.verbose_name_raw
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for permission in permissions.filter(content_type=row):
        action, _, model = permission.codename.partition("_")
        if model == old_model:
            permission.codename = f"{action}_{row.model}"
            permission.name = f"Can {action} {verbose_name}"
            permission.save()
