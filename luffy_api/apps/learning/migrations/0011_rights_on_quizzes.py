"""运营 writes quizzes."""

from django.db import migrations

from luffy_api.common import roles

RIGHTS = {
    "quiz": ("view", "add", "change"),
    "quizquestion": ("view", "add", "change", "delete"),
}


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("learning", "0010_quizzes")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "learning", RIGHTS),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
