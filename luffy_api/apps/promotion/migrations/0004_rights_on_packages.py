"""运营 makes packages; 财务 sees them."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("promotion", "0003_packages")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "promotion", {"package": roles.ALL}),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(roles.FINANCE, "promotion", {"package": roles.VIEW}),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
