"""The outbox says in the usual words when an event was handled."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("course", "0006_video_and_learning_apart")]

    operations = [migrations.RenameField("catalogueevent", "drained_time", "processed_at")]
