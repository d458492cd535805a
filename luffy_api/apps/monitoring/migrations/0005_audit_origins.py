import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('monitoring', '0004_heartbeats_and_site_certificate'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditOrigin',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='origin', serialize=False, to='admin.logentry')),
                ('address', models.CharField(db_index=True, max_length=45, verbose_name='来源地址')),
            ],
            options={
                'verbose_name': '操作的来源地址',
                'verbose_name_plural': '操作的来源地址',
                'db_table': 'luffy_audit_origin',
            },
        ),
    ]
