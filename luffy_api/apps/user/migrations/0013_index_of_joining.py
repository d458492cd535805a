from django.db import migrations, models


class Migration(migrations.Migration):
    """The figures of the school count who joined on a day."""

    dependencies = [
        ("user", "0012_merged_into"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["date_joined"], name="user_joined"),
        ),
    ]
