"""What students have taken, and on which orders it was spent; read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from luffy_api.apps.promotion.models import Claim, Redemption
from luffy_api.apps.user import student_pages
from luffy_api.common.admin import ReadOnlyAdmin


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    """优惠券领取记录."""

    list_display = ["coupon", "student", "by_code", "created_time"]
    list_filter = ["created_time"]
    list_select_related = ["coupon", "user"]
    search_fields = ["coupon__name", "user__username", "user__mobile"]
    fields = ["coupon", "student", "by_code", "created_time"]
    readonly_fields = ["student", "by_code", "created_time"]

    @admin.display(description="学员", ordering="user")
    def student(self, claim: Claim) -> SafeString | str:
        """Whose it is, as the way to the student's page."""
        return student_pages.link(claim.user)

    @admin.display(description="领取方式")
    def by_code(self, claim: Claim) -> str:
        """Column."""
        return "兑换码" if claim.code_id else "自己领取"


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    """优惠券使用记录."""

    list_display = ["reference", "coupon", "student", "amount", "state", "created_time"]
    list_filter = ["state", "created_time"]
    list_select_related = ["claim__coupon", "claim__user"]
    search_fields = ["reference", "claim__coupon__name", "claim__user__mobile"]
    fields = ["reference", "coupon", "student", "amount", "state", "created_time", "updated_time"]
    readonly_fields = ["coupon", "student", "created_time", "updated_time"]

    @admin.display(description="优惠券")
    def coupon(self, redemption: Redemption) -> str:
        """Column."""
        return str(redemption.claim.coupon)

    @admin.display(description="学员")
    def student(self, redemption: Redemption) -> SafeString | str:
        """Column."""
        return student_pages.link(redemption.claim.user)
