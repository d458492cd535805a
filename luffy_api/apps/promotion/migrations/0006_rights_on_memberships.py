"""运营 makes terms of membership; 财务 sees them, and both see who is a member."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("promotion", "0005_memberships")]

    operations = [
        migrations.RunPython(
            roles.grant(
                roles.OPERATIONS,
                "promotion",
                {"membershipterm": roles.ALL, "membershipperiod": roles.VIEW},
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(
                roles.FINANCE,
                "promotion",
                {"membershipterm": roles.VIEW, "membershipperiod": roles.VIEW},
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
