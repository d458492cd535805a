"""运营 makes the stages of a path with its package; 财务 sees them."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("promotion", "0007_paths")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "promotion", {"packagestep": roles.ALL}),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(roles.FINANCE, "promotion", {"packagestep": roles.VIEW}),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
