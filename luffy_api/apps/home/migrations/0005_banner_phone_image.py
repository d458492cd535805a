from django.db import migrations, models

import luffy_api.common.renditions


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_pictures_in_widths"),
    ]

    operations = [
        migrations.AddField(
            model_name="banner",
            name="phone_image",
            field=models.ImageField(
                blank=True,
                db_default="",
                default="",
                help_text="宽是高的两倍，如 960 × 480；不填时手机上显示上面图片的中间偏左部分",
                upload_to="banner/phone",
                verbose_name="手机图片",
            ),
        ),
        migrations.AddField(
            model_name="banner",
            name="phone_image_set",
            field=luffy_api.common.renditions.RenditionsField(
                editable=False, null=True, of="phone_image", verbose_name="各种宽度的手机图片"
            ),
        ),
    ]
