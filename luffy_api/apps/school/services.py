"""Writes of the school's settings."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from luffy_api.apps.school.exceptions import AgreementOvertaken
from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks


def publish_agreement(
    *, kind: AgreementKind, text: str, after_version: int, note: str = "", asks_again: bool = True
) -> Agreement:
    """The next version of an agreement, in force from now on.

    `after_version` is the newest version that its author has seen, 0 for none. Raises
    AgreementOvertaken when there is a newer one; a unique column holds against two at once.
    """
    agreement = Agreement(
        kind=kind, version=after_version + 1, text=text, note=note, asks_again=asks_again
    )
    try:
        _save_next(agreement)
    except IntegrityError as error:
        if not is_taken(error, Agreement, "kind", "version"):
            raise
        raise AgreementOvertaken from error
    return agreement


@retry_deadlocks
@transaction.atomic
def _save_next(agreement: Agreement) -> None:
    versions = Agreement.objects.filter(kind=agreement.kind)
    if (versions.aggregate(Max("version"))["version__max"] or 0) != agreement.version - 1:
        raise AgreementOvertaken
    agreement.save(force_insert=True)
