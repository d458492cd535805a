"""运营 sees why a student has a course."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {"enrollmentgrant": roles.VIEW}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("course", "0010_enrollment_grants")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "course", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
