import django.core.validators
from django.db import migrations, models

import luffy_api.apps.user.usernames


class Migration(migrations.Migration):
    """What forms refuse; no column changes."""

    dependencies = [
        ("user", "0018_index_of_staff"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={"unique": "该用户名已被使用"},
                max_length=30,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "\\A(?!1\\d{10}\\Z)[\\w一-鿿.-]{2,30}\\Z",
                        "用户名由 2 到 30 个汉字、字母、数字或 . _ - 组成",
                    ),
                    luffy_api.apps.user.usernames.validate_no_mobile,
                ],
                verbose_name="用户名",
            ),
        ),
    ]
