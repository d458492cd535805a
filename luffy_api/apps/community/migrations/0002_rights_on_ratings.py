"""运营 moderates and answers ratings, 讲师 answers those of their own courses."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("community", "0001_initial")]

    operations = [
        migrations.RunPython(
            roles.grant(
                roles.OPERATIONS,
                "community",
                {"rating": ("view", "moderate", "answer"), "filteredword": roles.ALL},
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(roles.TEACHERS, "community", {"rating": ("view", "answer")}),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
