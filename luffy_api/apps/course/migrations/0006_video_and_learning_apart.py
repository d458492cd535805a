"""Videos and progress are models of apps of their own; the outbox takes the usual name.

Tables, rows and their ids stay. Content types follow, and with them permissions and log entries.
"""

from django.db import migrations

from luffy_api.common import content_types, roles

MOVED = {
    ("course", "videoupload"): ("video", "videoupload"),
    ("course", "videojob"): ("video", "transcodingjob"),
    ("course", "sectionprogress"): ("learning", "sectionprogress"),
    ("course", "coursechange"): ("course", "catalogueevent"),
}


class Migration(migrations.Migration):
    dependencies = [
        *roles.NEEDED,
        ("admin", "0001_initial"),
        ("course", "0005_search_outbox"),
        ("video", "0001_initial"),
        ("learning", "0001_initial"),
    ]

    operations = [
        # Of its state only: the table keeps its name, and `move_models` renames the content type.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RenameModel("CourseChange", "CatalogueEvent")]
        ),
        migrations.RunPython(
            content_types.move_models(MOVED),
            content_types.move_models(content_types.reverse(MOVED)),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("VideoUpload"),
                migrations.DeleteModel("VideoJob"),
                migrations.DeleteModel("SectionProgress"),
            ]
        ),
    ]
