import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which courses have the same students, counted at night."""

    dependencies = [
        ('course', '0023_source_of_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlsoStudied',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('common', models.PositiveIntegerField(verbose_name='共同的学员')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='名次')),
                ('course', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='also_studied', to='course.course', verbose_name='课程')),
                ('other', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='course.course', verbose_name='还学了')),
            ],
            options={
                'verbose_name': '还学了',
                'verbose_name_plural': '还学了',
                'db_table': 'luffy_also_studied',
                'constraints': [models.UniqueConstraint(fields=('course', 'other'), name='also_studied_once'), models.UniqueConstraint(fields=('course', 'rank'), name='also_studied_rank')],
            },
        ),
    ]
