from django.db import migrations, models


class Migration(migrations.Migration):
    """Search reads the popular courses at a price from the index of students."""

    dependencies = [
        ("course", "0017_drafts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="course",
            name="listed_all_students",
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["is_listed", "students", "id", "current_price"],
                name="listed_all_students",
            ),
        ),
        migrations.RemoveIndex(
            model_name="course",
            name="listed_kind_students",
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["is_listed", "kind", "students", "id", "current_price"],
                name="listed_kind_students",
            ),
        ),
        migrations.RemoveIndex(
            model_name="course",
            name="listed_category_students",
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["is_listed", "course_category", "students", "id", "current_price"],
                name="listed_category_students",
            ),
        ),
        migrations.RemoveIndex(
            model_name="course",
            name="listed_both_students",
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["is_listed", "kind", "course_category", "students", "id", "current_price"],
                name="listed_both_students",
            ),
        ),
    ]
