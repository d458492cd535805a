"""System checks of messages; those of the database run by `manage.py check --database default`."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import OperationalError, ProgrammingError

from luffy_api.apps.inbox import kinds
from luffy_api.apps.inbox.models import Kind, MessageKind
from luffy_api.libs import sms


def check_templates(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Whether the templates of text messages name parameters that their kinds have."""
    if not databases:
        return []
    try:
        return [warning for row in _with_templates() if (warning := _warning(row))]
    except (OperationalError, ProgrammingError):
        # `migrate` checks the database first, which may lack this table or a column of it.
        return []


def _with_templates() -> Iterable[MessageKind]:
    return MessageKind.objects.filter(kind__in=Kind).exclude(sms_template_id="").order_by("kind")


def _warning(row: MessageKind) -> CheckMessage | None:
    unknown = unknown_parameters(row)
    if not unknown:
        return None
    return Warning(
        f"The template of {Kind(row.kind).name.lower()} has parameters that nobody fills in: "
        f"{', '.join(unknown)}",
        hint="Correct it in the back office: 学员 › 消息类型.",
        id="inbox.W001",
    )


def unknown_parameters(row: MessageKind) -> list[str]:
    """Names in the words of a kind's template that the kind has no text for."""
    names = dict.fromkeys(sms.PLACE.findall(row.sms_template))
    return [name for name in names if name not in kinds.PARAMETERS[Kind(row.kind)]]
