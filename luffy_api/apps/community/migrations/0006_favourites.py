import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """我的收藏: the courses that a student keeps."""

    dependencies = [
        ('community', '0005_notes'),
        ('course', '0023_source_of_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='收藏时间')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='favourites', to='course.course', verbose_name='课程')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='favourites', to=settings.AUTH_USER_MODEL, verbose_name='学员')),
            ],
            options={
                'verbose_name': '课程收藏',
                'verbose_name_plural': '课程收藏',
                'db_table': 'luffy_favourite',
                'ordering': ['-id'],
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('user', 'course'), name='favourite_once_per_course')],
            },
        ),
    ]
