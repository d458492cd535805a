"""Films that could be played before can be played now; courses get their length."""

from django.db import migrations, models

READY = 3


def mark_ready(apps, schema_editor):
    """Their states did not exist."""
    sections = apps.get_model("course", "CourseSection").objects
    sections.using(schema_editor.connection.alias).exclude(video="").update(media_state=READY)


def add_lengths(apps, schema_editor):
    """As services.recount_sections would write them."""
    database = schema_editor.connection.alias
    courses = apps.get_model("course", "Course").objects.using(database)
    sections = apps.get_model("course", "CourseSection").objects.using(database)
    shown = sections.filter(
        is_show=True, is_delete=False, chapter__is_show=True, chapter__is_delete=False
    )
    sums = shown.order_by().values("chapter__course").annotate(length=models.Sum("duration"))
    for row in sums:
        courses.filter(pk=row["chapter__course"]).update(length=row["length"])


class Migration(migrations.Migration):
    dependencies = [("course", "0003_videos")]

    operations = [
        migrations.RunPython(mark_ready, migrations.RunPython.noop),
        migrations.RunPython(add_lengths, migrations.RunPython.noop),
    ]
