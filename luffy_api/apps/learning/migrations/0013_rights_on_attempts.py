"""运营 looks at what students have answered in quizzes."""

from django.db import migrations

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("learning", "0012_pictures_of_attempts")]

    operations = [
        migrations.RunPython(
            roles.grant(roles.OPERATIONS, "learning", {"quizattempt": roles.VIEW}),
            migrations.RunPython.noop,
            elidable=False,
        )
    ]
