"""What the user app has of a person moves from one account to another, in a merge."""

from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.models import Consent, SocialAccount, StudentLogin, StudentNote, User
from luffy_api.apps.user.social import changes


def move(*, source: User, target: User) -> None:
    """Move consents, notes and logins, then close `source`; both rows are locked by the caller.

    A consent that both have given keeps its earlier time. What the target lacks of mobile and
    e-mail it takes over, and of WeChat and others those of a provider that it has not connected.
    """
    _move_consents(source, target)
    _move_social_accounts(source, target)
    for model in (StudentNote, StudentLogin):
        model.objects.filter(user=source).update(user=target)
    mobile, email = source.mobile, source.email
    if source.closed_at is None:
        account_deletion.anonymise(source)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    taken = {"mobile": target.mobile or mobile, "email": target.email or email}
    for name, value in taken.items():
        setattr(target, name, value)
    target.save(update_fields=[*taken])


def _move_social_accounts(source: User, target: User) -> None:
    """An account has one person of a provider: the rest goes as the source is closed."""
    own = SocialAccount.objects.filter(user=target).values_list("provider", flat=True)
    theirs = SocialAccount.objects.filter(user=source)
    providers, connected = set(theirs.values_list("provider", flat=True)), set(own)
    theirs.exclude(provider__in=connected).update(user=target)
    theirs.delete()
    for provider in sorted(providers):
        is_new = provider not in connected
        changes.announce(
            changes.Change(
                target.pk,
                SocialAccount.Provider(provider),
                is_connected=is_new,
                by_staff=True,
                is_dropped=not is_new,
            )
        )


def _move_consents(source: User, target: User) -> None:
    known = {row.agreement_id: row for row in Consent.objects.filter(user=target)}
    for row in Consent.objects.filter(user=source):
        twin = known.get(row.agreement_id)
        if twin is None:
            Consent.objects.filter(pk=row.pk).update(user=target)
            continue
        earlier = min(row.created_time, twin.created_time)
        Consent.objects.filter(pk=twin.pk).update(created_time=earlier)
        row.delete()
