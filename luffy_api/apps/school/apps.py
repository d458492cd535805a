from django.apps import AppConfig


class SchoolConfig(AppConfig):
    name = "luffy_api.apps.school"
    label = "school"
    verbose_name = "学校"

    def ready(self) -> None:
        """What the school says of itself is public, and named in the back office."""
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.publishing.versions import versions
        from luffy_api.apps.school import current_site, models, selectors
        from luffy_api.apps.texts import registry
        from luffy_api.common import admin_site

        publications.register(
            *(models.SchoolSettings, models.SiteSettings, models.FooterLink, models.HelpPage),
            *(models.Announcement, models.Agreement),
        )
        for model in (models.Announcement, models.HelpPage, models.Agreement):
            registry.register(model, "text")
        versions.change_by_themselves(selectors.next_announcement_change)
        admin_site.name_with(current_site.name, logo=current_site.logo_url)
