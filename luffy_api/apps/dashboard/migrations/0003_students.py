import luffy_api.apps.user.models
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0002_rights_of_operations'),
        ('user', '0011_student_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Student',
            fields=[
            ],
            options={
                'verbose_name': '学员',
                'verbose_name_plural': '学员',
                'ordering': ['-id'],
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('user.user',),
            managers=[
                ('objects', luffy_api.apps.user.models.UserManager()),
            ],
        ),
    ]
