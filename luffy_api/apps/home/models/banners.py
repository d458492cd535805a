"""Pictures at the top of the home page."""

from django.core.validators import RegexValidator
from django.db import models

from luffy_api.common.models import CatalogueModel, CatalogueQuerySet
from luffy_api.common.renditions import RenditionsField


class Banner(CatalogueModel):
    """A wide picture at the top of the home page."""

    title = models.CharField("标题", max_length=64)
    image = models.ImageField("图片", upload_to="banner")
    image_set = RenditionsField("各种宽度的图片", of="image")
    # In a folder of its own: who cleans up renditions knows one field.
    phone_image = models.ImageField(
        "手机图片",
        upload_to="banner/phone",
        blank=True,
        default="",
        db_default="",
        help_text="宽是高的两倍，如 960 × 480；不填时手机上显示上面图片的中间偏左部分",
    )
    phone_image_set = RenditionsField("各种宽度的手机图片", of="phone_image")
    link = models.CharField(
        "链接",
        max_length=255,
        blank=True,
        help_text="站内路径，如 /course/3，或 https:// 开头的地址",
        validators=[RegexValidator(r"\A(/(?!/)|https://)\S*\Z", "请填写站内路径或 https 地址")],
    )

    objects = CatalogueQuerySet["Banner"].as_manager()

    class Meta:
        db_table = "luffy_banner"
        verbose_name = verbose_name_plural = "轮播图"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.title
