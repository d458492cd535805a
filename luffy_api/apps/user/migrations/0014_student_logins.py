import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """When students logged in, how, and from where."""

    dependencies = [
        ("user", "0013_index_of_joining"),
    ]

    operations = [
        migrations.CreateModel(
            name="StudentLogin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.SmallIntegerField(
                        choices=[(1, "密码"), (2, "短信验证码"), (3, "注册"), (4, "重设密码")],
                        verbose_name="登录方式",
                    ),
                ),
                ("address", models.CharField(max_length=45, verbose_name="来源地址")),
                (
                    "created_time",
                    models.DateTimeField(
                        auto_now_add=True, db_index=True, verbose_name="登录时间"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="学员",
                    ),
                ),
            ],
            options={
                "verbose_name": "登录记录",
                "verbose_name_plural": "登录记录",
                "db_table": "luffy_student_login",
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
    ]
