"""运营 writes what the school says of itself; its agreements are published, never changed."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "sitesettings": ("view", "change"),
    "footerlink": roles.ALL,
    "helppage": roles.ALL,
    "announcement": roles.ALL,
    "agreement": ("view", "add"),
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("school", "0005_site_agreements_and_announcements")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "school", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
