"""财务 sees orders and every message about money."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "order": roles.VIEW,
    "orderdetail": roles.VIEW,
    "paymentevent": roles.VIEW,
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("order", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.FINANCE, "order", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
