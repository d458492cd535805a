from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "luffy_api.apps.inbox"
    label = "inbox"
    verbose_name = "消息"

    def ready(self) -> None:
        """Register messages in a student's own data, their erasure, notices and checks."""
        from django.core.checks import Tags, register

        from luffy_api.apps.inbox import account_notices, checks
        from luffy_api.apps.inbox import personal_data as own
        from luffy_api.apps.user import account_deletion, personal_data
        from luffy_api.apps.user.social import changes

        personal_data.register("messages", own.messages)
        account_deletion.register(own.erase)
        changes.register(account_notices.tell)
        register(checks.check_templates, Tags.database)
