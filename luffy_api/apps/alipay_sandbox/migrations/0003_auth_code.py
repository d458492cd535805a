import django.utils.timezone
import secrets
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a visitor comes back with from the page of a login."""

    dependencies = [
        ('alipay_sandbox', '0002_bill_faults'),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxAuthCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=secrets.token_hex, max_length=64, unique=True)),
                ('open_id', models.CharField(max_length=64)),
                ('used', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': '授权码',
                'verbose_name_plural': '授权码',
                'db_table': 'luffy_sandbox_auth_code',
            },
        ),
    ]
