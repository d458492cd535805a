from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "luffy_api.apps.home"
    label = "home"
    verbose_name = "网站首页"

    def ready(self) -> None:
        """Banners and topics are public, and may be read from a replica."""
        from luffy_api.apps.home.models import Banner, Topic, TopicCourse
        from luffy_api.apps.home.topics import next_topic_change
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.publishing.versions import versions
        from luffy_api.apps.texts import registry
        from luffy_api.common import replica

        replica.allow(Banner, Topic, TopicCourse)
        publications.register(Banner, Topic, TopicCourse)
        versions.change_by_themselves(next_topic_change)
        registry.register(Topic, "text")
