"""One spelling for names, an epoch for tokens, and what the brakes on text messages count."""

from django.db import migrations, models

import luffy_api.apps.user.usernames
from luffy_api.apps.user.usernames import normalize_username


def fold_names(apps, schema_editor):
    """Every account gets its folded name; of two that fold alike the younger is renamed."""
    User = apps.get_model("user", "User")
    taken = set()
    for pk, username in User.objects.order_by("pk").values_list("pk", "username"):
        if normalize_username(username) in taken:
            mark = f"-{pk}"
            username = username[: 30 - len(mark)] + mark
        taken.add(normalize_username(username))
        User.objects.filter(pk=pk).update(username=username, username_key=normalize_username(username))


class Migration(migrations.Migration):
    dependencies = [("user", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SmsGate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("turn", models.PositiveBigIntegerField(default=0, verbose_name="序号")),
            ],
            options={
                "verbose_name": "短信发送锁",
                "verbose_name_plural": "短信发送锁",
                "db_table": "luffy_sms_gate",
            },
        ),
        migrations.CreateModel(
            name="SmsSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mobile", models.CharField(max_length=11, verbose_name="手机号")),
                ("address", models.CharField(max_length=45, verbose_name="来源地址")),
                ("sent_at", models.DateTimeField(db_index=True, verbose_name="发送时间")),
            ],
            options={
                "verbose_name": "短信发送记录",
                "verbose_name_plural": "短信发送记录",
                "db_table": "luffy_sms_sending",
                "indexes": [
                    models.Index(fields=["mobile", "sent_at"], name="sms_sending_by_mobile"),
                    models.Index(fields=["address", "sent_at"], name="sms_sending_by_address"),
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="token_epoch",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="登录批次"),
        ),
        migrations.AlterField(
            model_name="smscode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("login", "登录"),
                    ("register", "注册"),
                    ("reset", "重置密码"),
                    ("bind", "绑定新手机"),
                    ("confirm", "验证本人"),
                ],
                max_length=10,
                verbose_name="用途",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="username_key",
            field=luffy_api.apps.user.usernames.NormalizedUsernameField(
                default="", editable=False, max_length=540, verbose_name="用户名(归一)"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="username_key",
            field=luffy_api.apps.user.usernames.NormalizedUsernameField(
                editable=False, max_length=540, unique=True, verbose_name="用户名(归一)"
            ),
        ),
    ]
