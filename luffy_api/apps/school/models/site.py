"""What visitors read about the school on every page: 网站信息, links, help pages, announcements."""

from datetime import datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from luffy_api.common.models import CatalogueModel, CatalogueQuerySet, TimestampedModel
from luffy_api.libs.rich_text.formats import TextFormat, format_field

DEFAULT_NAME = "Luffy 学堂"
DEFAULT_SLOGAN = "一步一步，学会一门手艺"
# The public registers of the two authorities; pages have to link there.
ICP_REGISTER = "https://beian.miit.gov.cn/"
POLICE_REGISTER = "https://beian.mps.gov.cn/#/query/webSearch?code="
POLICE_CODE_DIGITS = 14
MARKDOWN = "支持 Markdown：# 标题、**加粗**、- 列表、[文字](https://…)"

ICP_NUMBER = "[一-鿿]ICP[备证][0-9]{5,10}号"

is_link = RegexValidator(r"\A(/(?!/)|https://)\S*\Z", "请填写站内路径或 https 地址")


class SiteSettings(TimestampedModel):
    """网站信息: the single row; without it the defaults of its fields hold."""

    ONLY_PK = 1

    # MariaDB allows no check of an id that counts up.
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_PK, editable=False)
    name = models.CharField("网站名称", max_length=30, default=DEFAULT_NAME)
    slogan = models.CharField("一句话介绍", max_length=60, blank=True, default=DEFAULT_SLOGAN)
    description = models.CharField(
        "网站描述",
        max_length=160,
        blank=True,
        default="免费课、实战课与轻课，一步一步学会编程。",
        help_text="搜索引擎在网站名称下显示的文字",
    )
    logo = models.ImageField(
        "标志",
        upload_to="site",
        blank=True,
        width_field="logo_width",
        height_field="logo_height",
        help_text="显示在每一页的左上角和后台登录页；建议高 72 像素以上、背景透明的横幅图片。"
        "不上传时显示默认标志和网站名称",
    )
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    favicon = models.ImageField(
        "浏览器图标",
        upload_to="site",
        blank=True,
        help_text="浏览器标签页上的小图标；建议 64×64 像素以上的正方形 PNG",
    )
    icp_number = models.CharField(
        "ICP 备案号",
        max_length=40,
        blank=True,
        help_text="如 京ICP备12345678号-1；页脚会链接到工信部的备案查询",
        validators=[
            RegexValidator(
                rf"\A{ICP_NUMBER}(-[0-9]{{1,3}})?\Z",
                "请按备案通知上的写法填写，如 京ICP备12345678号-1",
            )
        ],
    )
    police_number = models.CharField(
        "公安备案号",
        max_length=40,
        blank=True,
        help_text="如 京公网安备11010802020134号；页脚会链接到公安部的备案查询",
        validators=[
            RegexValidator(
                rf"\A[一-鿿]公网安备 ?[0-9]{{{POLICE_CODE_DIGITS}}}号\Z",
                "请按备案通知上的写法填写，如 京公网安备11010802020134号",
            )
        ],
    )
    service_phone = models.CharField(
        "客服电话",
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"\A[0-9+][0-9 -]{2,29}\Z", "请填写电话号码，如 400-123-4567")],
    )
    service_hours = models.CharField(
        "客服时间", max_length=60, blank=True, help_text="如 周一至周五 9:00–18:00"
    )
    service_wechat_qr = models.ImageField("客服微信二维码", upload_to="site", blank=True)

    class Meta:
        db_table = "luffy_site_settings"
        verbose_name = verbose_name_plural = "网站信息"
        constraints = [models.CheckConstraint(name="site_settings_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return "网站信息"

    @property
    def police_link(self) -> str:
        """The page of the public register about this number; "" without one."""
        code = "".join(each for each in self.police_number if each.isdecimal())
        return f"{POLICE_REGISTER}{code}" if code else ""


class FooterLink(CatalogueModel):
    """A link at the foot of every page."""

    title = models.CharField("文字", max_length=20)
    link = models.CharField(
        "链接",
        max_length=255,
        help_text="站内路径，如 /free-course，或 https:// 开头的地址",
        validators=[is_link],
    )

    objects = CatalogueQuerySet["FooterLink"].as_manager()

    class Meta:
        db_table = "luffy_footer_link"
        verbose_name = verbose_name_plural = "页脚链接"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.title


class HelpPage(CatalogueModel):
    """A page of its own that is linked at the foot of every page."""

    title = models.CharField("标题", max_length=40)
    text = models.TextField("正文", help_text=MARKDOWN)

    objects = CatalogueQuerySet["HelpPage"].as_manager()

    class Meta:
        db_table = "luffy_help_page"
        verbose_name = verbose_name_plural = "帮助页面"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.title


class AnnouncementQuerySet(CatalogueQuerySet["Announcement"]):
    """Announcements by time."""

    def current(self, now: datetime) -> Self:
        """Those that visitors see at this moment (UTC)."""
        not_ended = Q(ends_at=None) | Q(ends_at__gt=now)
        return self.visible().filter(not_ended, starts_at__lte=now)


class Announcement(CatalogueModel):
    """News for all visitors between two moments (UTC), in the bar above every page if wanted."""

    title = models.CharField("标题", max_length=60)
    text = models.TextField("正文", blank=True, help_text="可以不填")
    content_format = format_field(TextFormat.MARKDOWN)
    in_bar = models.BooleanField(
        "显示在顶部公告栏", default=True, help_text="公告栏只显示排在最前面的一条"
    )
    starts_at = models.DateTimeField("开始时间", default=timezone.now)
    ends_at = models.DateTimeField("结束时间", null=True, blank=True, help_text="不填则一直显示")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        db_table = "luffy_announcement"
        verbose_name = verbose_name_plural = "公告"
        ordering = ["orders", "-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="announcement_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间须晚于开始时间",
            )
        ]

    def __str__(self) -> str:
        return self.title
