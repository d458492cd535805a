"""What `daily.refresh` notes is called a refresh. Table and column keep their names: old code reads them."""

from django.db import migrations, models

from luffy_api.common import roles


class Migration(migrations.Migration):
    dependencies = [*roles.NEEDED, ("dashboard", "0009_rights_of_teachers")]

    operations = [
        migrations.RenameModel("FiguresSweep", "FiguresRefresh"),
        migrations.RunPython(
            roles.rename_permissions("dashboard", "figuressweep", "figuresrefresh"),
            roles.rename_permissions("dashboard", "figuresrefresh", "figuressweep"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("FiguresRefresh", "swept_at", "refreshed_at"),
                migrations.AlterField(
                    "FiguresRefresh", "refreshed_at", models.DateTimeField(db_column="swept_at")
                ),
            ]
        ),
    ]
