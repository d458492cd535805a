"""运营 edits aliases and sees what was searched in vain."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"searchalias": roles.ALL, "missedsearch": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("search", "0007_aliases")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "search", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
