"""运营 sees which courses are kept by whom."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("community", "0006_favourites")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "community", {"favourite": ("view",)}),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
