"""The role 讲师: a teacher sees the courses and students that are their own, and changes nothing."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"taughtcourse": roles.VIEW, "taughtstudent": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("dashboard", "0008_teaching")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.TEACHERS, "dashboard", RIGHTS),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
