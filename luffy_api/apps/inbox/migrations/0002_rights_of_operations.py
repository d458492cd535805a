"""运营 sends messages to students."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("inbox", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "inbox", {"message": ("view", "send")}),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
