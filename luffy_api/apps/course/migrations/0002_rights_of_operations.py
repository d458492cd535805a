"""运营 keeps the catalogue, and gives courses away."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "coursecategory": roles.ALL,
    "teacher": roles.ALL,
    "course": roles.ALL,
    "coursechapter": roles.ALL,
    "coursesection": roles.ALL,
    "coursediscount": roles.ALL,
    "enrollment": ("view", "add"),
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("course", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "course", RIGHTS), migrations.RunPython.noop, elidable=False
        )
    ]
