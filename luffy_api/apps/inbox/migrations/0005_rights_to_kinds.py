"""运营 decides which kinds of messages go out by which way."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("inbox", "0004_kinds_and_sweeps")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "inbox", {"messagekind": ("view", "change")}),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
