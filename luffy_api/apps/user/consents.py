"""Consent of students to the school's agreements, by version.

Whoever opens an account agrees to the versions in force. Accounts from before an agreement or its
newest version are asked once they log in; until they answer nothing is closed to them.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, QuerySet

from luffy_api.apps.school import selectors as school
from luffy_api.apps.school.models import Agreement
from luffy_api.apps.user.exceptions import ConsentRequired
from luffy_api.apps.user.models import Consent, User
from luffy_api.common.transactions import retry_deadlocks


def require_current(agreement_ids: Sequence[int]) -> list[Agreement]:
    """The versions in force, if all of them and no others are named. One query.

    Raises ConsentRequired, also for a version that was overtaken since the page was loaded.
    """
    current = list(school.agreements_for_accounts())
    if {row.pk for row in current} != set(agreement_ids):
        raise ConsentRequired
    return current


def pending(user_id: int) -> list[Agreement]:
    """The versions in force that a user is to be asked about. Three queries, one with none."""
    needed = school.needed_versions()
    if not needed:
        return []
    agreed = Consent.objects.filter(user_id=user_id).order_by()
    newest = dict(agreed.values_list("agreement__kind").annotate(Max("agreement__version")))
    lacking = [kind for kind, version in needed.items() if newest.get(kind, 0) < version]
    return list(school.current_agreements().filter(kind__in=lacking)) if lacking else []


def agreed_by(user_id: int) -> QuerySet[Consent]:
    """What a user has agreed to, the newest first. One query."""
    return Consent.objects.filter(user_id=user_id).select_related("agreement").order_by("-id")


def give(*, user: User, agreement_ids: Sequence[int]) -> None:
    """Records what a user agrees to; what is recorded keeps its time.

    Raises ConsentRequired for what is not in force: nobody agrees to a version that was not shown.
    """
    current = {row.pk: row for row in school.agreements_for_accounts()}
    if not current.keys() >= set(agreement_ids):
        raise ConsentRequired
    record_once(user, [current[pk] for pk in sorted(set(agreement_ids))])


def record(user: User, agreements: Sequence[Agreement]) -> None:
    """For a new account, in the transaction that makes it. One query."""
    Consent.objects.bulk_create(Consent(user=user, agreement=row) for row in agreements)


def record_once(user: User, agreements: Sequence[Agreement]) -> None:
    """For an account that exists; a consent that is recorded keeps its time."""
    for row in agreements:
        _record_one(user, row)


@retry_deadlocks
@transaction.atomic
def _record_one(user: User, agreement: Agreement) -> None:
    # It also finds the row of a rival who was faster.
    Consent.objects.get_or_create(user=user, agreement=agreement)
