from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(
            model_name='sectionprogress',
            old_name='allowance',
            new_name='budget',
        ),
    ]
