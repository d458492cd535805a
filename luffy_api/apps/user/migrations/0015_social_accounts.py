import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts of WeChat and others by which students log in, and what was used of their logins."""

    dependencies = [
        ("user", "0014_student_logins"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsedNonce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                (
                    "created_time",
                    models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="使用时间"),
                ),
            ],
            options={
                "verbose_name": "已用的随机数",
                "verbose_name_plural": "已用的随机数",
                "db_table": "luffy_used_nonce",
                "default_permissions": (),
            },
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
                    ("connect", "绑定微信等"),
                    ("confirm", "验证本人"),
                ],
                max_length=10,
                verbose_name="用途",
            ),
        ),
        migrations.AlterField(
            model_name="studentlogin",
            name="way",
            field=models.SmallIntegerField(
                choices=[
                    (1, "密码"),
                    (2, "短信验证码"),
                    (3, "注册"),
                    (4, "重设密码"),
                    (5, "微信"),
                    (6, "支付宝"),
                ],
                verbose_name="登录方式",
            ),
        ),
        migrations.CreateModel(
            name="SocialAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("wechat", "微信"), ("alipay", "支付宝")],
                        max_length=16,
                        verbose_name="来源",
                    ),
                ),
                ("app_id", models.CharField(max_length=32, verbose_name="应用")),
                ("openid", models.CharField(max_length=128, verbose_name="OpenID")),
                ("unionid", models.CharField(max_length=128, null=True, verbose_name="UnionID")),
                ("created_time", models.DateTimeField(auto_now_add=True, verbose_name="绑定时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="social_accounts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="学员",
                    ),
                ),
            ],
            options={
                "verbose_name": "第三方账号",
                "verbose_name_plural": "第三方账号",
                "db_table": "luffy_social_account",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "app_id", "openid"), name="social_account_openid"
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "unionid"), name="social_account_unionid"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "provider", "app_id"), name="social_account_one_per_app"
                    ),
                ],
            },
        ),
    ]
