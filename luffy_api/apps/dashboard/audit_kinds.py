"""Kinds of entries of the audit log, by what they are about."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from luffy_api.apps.video.models import Subtitle
from luffy_api.common.audit_log import EXPORTED

COURSE = "course.course"
CHAPTER, SECTION = "course.coursechapter", "course.coursesection"
ACCOUNT = "user.user"
PAGES = ("agreement", "announcement", "footerlink", "helppage", "sitesettings")


@dataclass(frozen=True)
class Rule:
    """Entries about these apps and tables ("app" or "app.model"), all where none is named.

    `words` are labels of fields and what services say: one of them has to stand in the entry.
    """

    tables: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def condition(self, content_types: list[ContentType]) -> Q:
        """On rows of the log."""
        wanted = set(self.tables)
        ids = [
            kind.pk
            for kind in content_types
            if wanted & {kind.app_label, f"{kind.app_label}.{kind.model}"}
        ]
        said = Q()
        for word in self.words:
            said |= Q(change_message__contains=word)
        return (Q(content_type__in=ids) & said) if self.tables else said


@dataclass(frozen=True)
class Kind:
    """What one of the rules holds for."""

    label: str
    rules: tuple[Rule, ...]

    def condition(self) -> Q:
        """On rows of the log. One query."""
        content_types, found = list(ContentType.objects.all()), Q()
        for rule in self.rules:
            found |= rule.condition(content_types)
        return found


KINDS = {
    "money": Kind("交易与资金", (Rule(("order", "school.schoolsettings")),)),
    "access": Kind(
        "课程授权",
        (
            Rule(("course.enrollment", "course.enrollmentgrant")),
            Rule((ACCOUNT,), ("赠送课程", "收回课程", "合并账号")),
        ),
    ),
    "prices": Kind(
        "价格与优惠",
        (
            Rule(("course.coursediscount", "promotion")),
            Rule((COURSE,), ("价格", "会员价", "学习期限", "付费类型", "added")),
        ),
    ),
    "publication": Kind(
        "上线与发布",
        (
            Rule(
                (COURSE, CHAPTER, SECTION),
                ("上线", "下线", "状态", "展示", "隐藏"),
            ),
            Rule(("course.coursecategory", "course.teacher"), ("展示", "隐藏", "added", "deleted")),
            Rule(
                ("promotion.package", "promotion.coupon", "promotion.membershipterm"),
                ("added", "状态", "展示", "开售", "停售"),
            ),
            Rule(("home", "learning.quiz", *(f"school.{page}" for page in PAGES))),
        ),
    ),
    "videos": Kind(
        "视频与字幕",
        (
            Rule(
                (SECTION, CHAPTER),
                ("视频", "字幕", "分段", "上传", "重新处理", *Subtitle.Language.labels),
            ),
        ),
    ),
    "certificates": Kind("结课证书", (Rule(("learning.coursecertificate",)),)),
    "community": Kind("评价与提问", (Rule(("community",)),)),
    "accounts": Kind("账号", (Rule((ACCOUNT,)),)),
    "roles": Kind(
        "角色与权限",
        (Rule(("auth",)), Rule((ACCOUNT,), ("角色", "权限", "状态", "有效", "账号", "assword"))),
    ),
    "messages": Kind("消息", (Rule(("inbox",)),)),
    "exports": Kind("导出", (Rule((), (EXPORTED,)),)),
}
