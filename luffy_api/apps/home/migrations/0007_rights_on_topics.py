"""运营 makes topics."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("home", "0006_topics")]

    operations = [
        migrations.RunPython(
            roles.grant(
                roles.OPERATIONS, "home", {"topic": roles.ALL, "topiccourse": roles.ALL}
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
