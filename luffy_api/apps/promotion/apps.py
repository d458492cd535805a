from django.apps import AppConfig


class PromotionConfig(AppConfig):
    name = "luffy_api.apps.promotion"
    label = "promotion"
    verbose_name = "优惠"

    def ready(self) -> None:
        """Register coupons and memberships in a student's own data; what is sold is public."""
        from luffy_api.apps.promotion import models, packages
        from luffy_api.apps.promotion import personal_data as own
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.publishing.versions import versions
        from luffy_api.apps.school import sold
        from luffy_api.apps.user import personal_data

        personal_data.register("coupons", own.coupons)
        personal_data.register("memberships", own.memberships)
        publications.register(models.Package, models.PackageStep)
        publications.register(models.MembershipTerm)
        sold.register("package", packages.is_any_sold)
        versions.change_by_themselves(packages.next_change)
