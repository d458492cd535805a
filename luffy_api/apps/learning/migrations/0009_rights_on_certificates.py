"""运营 sees, revokes and corrects certificates."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"coursecertificate": ("view", "manage")}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("learning", "0008_certificates")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "learning", RIGHTS),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
