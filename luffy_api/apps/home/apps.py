from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "luffy_api.apps.home"
    label = "home"
    verbose_name = "网站首页"

    def ready(self) -> None:
        """Banners are public, and may be read from a replica."""
        from luffy_api.apps.home.models import Banner
        from luffy_api.apps.publishing import publications
        from luffy_api.common import replica

        replica.allow(Banner)
        publications.register(Banner)
