"""From an empty shop to the first sold course: what is done, and where the next step is."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from luffy_api.apps.course.models import Course, CourseCategory, CourseSection, Teacher
from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.payment import gateway
from luffy_api.apps.school.models import AgreementKind, SiteSettings
from luffy_api.apps.school.models.site import DEFAULT_NAME
from luffy_api.apps.school.selectors import current_agreements


@dataclass(frozen=True)
class Step:
    """One step; `url` leads to the page of the back office where it is done."""

    title: str
    done: bool
    hint: str
    url: str


def first_steps() -> list[Step]:
    """The steps in their order; none once all are done. Nine queries at most.

    A shop that sells texts only has no video, and one that gives everything away needs no payment.
    """
    sold = Course.objects.listed().filter(status=Course.Status.ONLINE)
    on_sale = sold.exists()
    courses, sections = Course.objects.not_deleted(), CourseSection.objects.not_deleted()
    videos = sections.filter(section_type=CourseSection.SectionType.VIDEO, is_playable=True)
    steps = [
        _site_step(),
        _step(
            "分类",
            CourseCategory.objects.not_deleted().exists(),
            "学员按分类找课",
            "coursecategory",
        ),
        _step("讲师", Teacher.objects.not_deleted().exists(), "课程页上的讲师介绍", "teacher"),
        _step("课程", courses.exists(), "名称、价格、封面和章节", "course"),
        _step("视频", on_sale or videos.exists(), "在课程页上传，转码完成后即可播放", "course"),
        _payment_step(is_needed=not on_sale or sold.filter(price__gt=0).exists()),
        _step("上线", on_sale, "检查无误后，把课程改为“上线”", "course"),
    ]
    return [] if all(step.done for step in steps) else steps


def _has_own_name() -> bool:
    return SiteSettings.objects.exclude(name=DEFAULT_NAME).exists()


def _site_step() -> Step:
    named = _has_own_name()
    published = set(current_agreements().values_list("kind", flat=True))
    lacking = [kind.label for kind in AgreementKind if kind not in published]
    hint = "名称、标志、备案号和客服" if not named else f"还没有发布：{'、'.join(lacking)}"
    page = "sitesettings" if not named else "agreement"
    url = reverse(f"admin:school_{page}_changelist")
    return Step("网站信息", named and not lacking, hint if lacking or not named else "已填写", url)


def _payment_step(*, is_needed: bool) -> Step:
    url = reverse("admin:order_paymentcredential_changelist")
    try:
        done, hint = bool(gateway.configured()) or not is_needed, "支付宝或微信支付的商户资料"
        if done and getattr(settings, "ALIPAY_SANDBOX_ALLOWED", False):
            hint = "现在用本地测试网关；正式收款前填写商户资料"
    except GatewayUnavailable:
        # The page that says which keys cannot be read is reached from here.
        done, hint = False, "保存的商户资料读不出来，请打开看一看"
    return Step("支付", done, hint, url)


def _step(title: str, done: bool, hint: str, model: str) -> Step:
    return Step(title, done, hint, reverse(f"admin:course_{model}_changelist"))
