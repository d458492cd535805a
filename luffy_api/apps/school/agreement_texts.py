"""What the first version of an agreement may start from; the school completes it."""

from pathlib import Path

from luffy_api.apps.school import selectors
from luffy_api.apps.school.models import AgreementKind

TEXTS = Path(__file__).parent / "texts"


def first_draft(kind: AgreementKind) -> str:
    """Markdown with the school's name and its present rule of refunds. Two queries."""
    policy = selectors.refund_policy()
    text = (TEXTS / f"{kind}.md").read_text(encoding="utf-8")
    return text.format(
        name=selectors.site_settings().name, days=policy.days, percent=policy.watched_percent
    )
