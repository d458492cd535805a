from django.db import migrations, models


class Migration(migrations.Migration):
    """The figures of the school tell students from colleagues."""

    dependencies = [
        ("user", "0017_rights_of_operations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["is_staff", "date_joined"], name="user_staff_joined"),
        ),
    ]
