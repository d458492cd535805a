"""Writes of the school's settings."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from luffy_api.apps.school.exceptions import AgreementOvertaken
from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.common.transactions import retry_deadlocks


@retry_deadlocks
def publish_agreement(
    *, kind: AgreementKind, text: str, after_version: int, note: str = "", asks_again: bool = True
) -> Agreement:
    """The next version of an agreement, in force from now on.

    `after_version` is the newest version that its author has seen, 0 for none. Raises
    AgreementOvertaken when there is a newer one; a unique column holds against two at once.
    """
    try:
        with transaction.atomic():
            newest = Agreement.objects.filter(kind=kind).aggregate(Max("version"))["version__max"]
            if (newest or 0) != after_version:
                raise AgreementOvertaken
            return Agreement.objects.create(
                kind=kind, version=after_version + 1, text=text, note=note, asks_again=asks_again
            )
    except IntegrityError as error:
        raise AgreementOvertaken from error
