from django.db import migrations, models


class Migration(migrations.Migration):
    """Another label. Who is no student is left out where the column is read."""

    dependencies = [
        ("dashboard", "0011_taught_quizzes"),
    ]

    operations = [
        migrations.AlterField(
            "DailyFigures",
            "new_students",
            models.PositiveIntegerField("新账号（含同事）", default=0),
        ),
    ]
