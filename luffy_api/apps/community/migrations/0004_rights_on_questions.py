"""运营 moderates and answers questions, 讲师 answers those of their own courses."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("community", "0003_questions")]

    operations = [
        migrations.RunPython(
            roles.grant(
                roles.OPERATIONS,
                "community",
                {"question": ("view", "moderate", "answer"), "answer": ("view",)},
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
        migrations.RunPython(
            roles.grant(
                roles.TEACHERS,
                "community",
                {"question": ("view", "answer"), "answer": ("view",)},
            ),
            migrations.RunPython.noop,
            elidable=False,
        ),
    ]
