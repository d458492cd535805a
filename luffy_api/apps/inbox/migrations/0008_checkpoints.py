"""Sweep becomes Checkpoint; its table keeps its name, so the release before finds it."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [("inbox", "0007_kind_of_deliveries"), *roles.NEEDED]

    operations = [
        migrations.RenameModel("Sweep", "Checkpoint"),
        migrations.RunPython(
            roles.rename_permissions("inbox", "sweep", "checkpoint"),
            roles.rename_permissions("inbox", "checkpoint", "sweep"),
        ),
    ]
