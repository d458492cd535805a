"""Models of the home page."""

from django.core.validators import RegexValidator
from django.db import models

from luffy_api.common.models import CatalogueModel, CatalogueQuerySet
from luffy_api.common.renditions import RenditionsField


class Banner(CatalogueModel):
    """A wide picture at the top of the home page."""

    title = models.CharField("标题", max_length=64)
    image = models.ImageField("图片", upload_to="banner")
    image_set = RenditionsField("各种宽度的图片", of="image")
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
