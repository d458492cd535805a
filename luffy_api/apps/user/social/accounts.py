"""Which account here belongs to a person there: found, connected, disconnected.

An account has at most one person of a provider. That person may be known at several apps (WeChat's
website and its official account), each by a row; the unionid says that they are one.
"""

from django.db import IntegrityError, transaction

from luffy_api.apps.user import locks, services
from luffy_api.apps.user.exceptions import (
    LastWayIn,
    LoginFailed,
    NotConnected,
    SocialAccountExists,
    SocialAccountTaken,
    StudentClosed,
)
from luffy_api.apps.user.models import SocialAccount, User
from luffy_api.apps.user.social import changes, nonces
from luffy_api.apps.user.social.interface import Identity
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

REFUSED = "这个账号不能登录，请联系客服"
MAX_REASON = 200


def find(identity: Identity) -> SocialAccount | None:
    """The row of this person, at this app or else at another one. Two queries at most."""
    rows = SocialAccount.objects.filter(provider=identity.provider).select_related("user")
    here = rows.filter(app_id=identity.app_id, openid__in=identity.openids).first()
    if here is not None or not identity.unionid:
        return here
    return rows.filter(unionid=identity.unionid).first()


def log_in(identity: Identity) -> User | None:
    """The student who has connected this person; None while nobody has.

    Raises LoginFailed for inactive accounts and staff.
    """
    account = find(identity)
    if account is None:
        return None
    if not account.user.is_active or account.user.is_staff:
        raise LoginFailed(REFUSED)
    if not _is_up_to_date(account, identity):
        try:
            _remember(account, identity)
        except IntegrityError as error:
            # A rival did the same, or the apps contradict each other: the person is known anyway.
            if not _is_rival(error):
                raise
    return services.record_login(account.user)


def require_free(identity: Identity) -> None:
    """Raises SocialAccountTaken for a person whom an account has connected."""
    if find(identity) is not None:
        raise SocialAccountTaken(identity.provider.label)


def connect(*, user_id: int, identity: Identity, nonce: str = "") -> None:
    """Let this person log in to the account from now on; to repeat it changes nothing.

    `nonce` counts as used with it. Raises SocialAccountTaken when another account has the person,
    SocialAccountExists when this one has another person of the provider, SocialLoginExpired for a
    used nonce, and LoginFailed for an account that is not active, or staff's.
    """
    try:
        _connect(user_id, identity, nonce)
    except IntegrityError as error:
        if not _is_rival(error):
            raise
        raise SocialAccountTaken(identity.provider.label) from error


@retry_deadlocks
@transaction.atomic
def disconnect(*, user_id: int, provider: str) -> None:
    """This provider logs in to the account no more.

    Raises NotConnected, LastWayIn for an account that has neither a mobile nor a password nor
    another provider, and LoginFailed for one that is not active.
    """
    user = locks.lock_active_user(user_id)
    if user is None:
        raise LoginFailed(REFUSED)
    _disconnect(user, provider)


@retry_deadlocks
@transaction.atomic
def disconnect_by_staff(*, user_id: int, provider: str, staff_id: int, reason: str) -> None:
    """The same for a student who cannot, also of an account that was deactivated.

    `reason` (at most MAX_REASON) stands in the audit log. Raises NotConnected, LastWayIn, and
    StudentClosed for an account that is closed.
    """
    user = locks.lock_open_user(user_id)
    if user is None:
        raise StudentClosed
    _disconnect(user, provider, by_staff=True)
    label = SocialAccount.Provider(provider).label
    audit_log.log_change(user, user_id=staff_id, message=f"解除{label}绑定：{reason}")


def _disconnect(user: User, provider: str, *, by_staff: bool = False) -> None:
    rows = SocialAccount.objects.filter(user=user)
    has_others = rows.exclude(provider=provider).exists()
    if not (user.mobile or user.has_usable_password() or has_others):
        raise LastWayIn
    if not rows.filter(provider=provider).delete()[0]:
        raise NotConnected
    known = SocialAccount.Provider(provider)
    changes.announce(changes.Change(user.pk, known, is_connected=False, by_staff=by_staff))


@retry_deadlocks
@transaction.atomic
def _connect(user_id: int, identity: Identity, nonce: str) -> None:
    user = locks.lock_active_user(user_id)
    if user is None or user.is_staff:
        raise LoginFailed(REFUSED)
    if nonce:
        nonces.use(nonce)
    rows = list(SocialAccount.objects.filter(user=user, provider=identity.provider))
    known = find(identity)
    if known is not None and known.user_id != user.pk:
        raise SocialAccountTaken(identity.provider.label)
    if known is None and any(_is_another(row, identity) for row in rows):
        raise SocialAccountExists(identity.provider.label)
    if not any(row.app_id == identity.app_id for row in rows):
        _insert(user, identity, has_unionid=any(row.unionid for row in rows))
    if not rows:
        changes.announce(changes.Change(user.pk, identity.provider, is_connected=True))


@retry_deadlocks
@transaction.atomic
def _remember(account: SocialAccount, identity: Identity) -> None:
    """Write down what the provider has told about a known person for the first time."""
    user = locks.lock_active_user(account.user_id)
    # It may have been disconnected meanwhile.
    row = SocialAccount.objects.filter(pk=account.pk, user=user).first()
    if user is None or row is None:
        return
    others = SocialAccount.objects.filter(user=user, provider=identity.provider)
    has_unionid = others.exclude(unionid=None).exists()
    if row.app_id != identity.app_id:
        _insert(user, identity, has_unionid=has_unionid)
        return
    row.openid = identity.openid
    if identity.unionid and not has_unionid:
        row.unionid = identity.unionid
    row.save(update_fields=["openid", "unionid"])


def _insert(user: User, identity: Identity, *, has_unionid: bool) -> None:
    SocialAccount.objects.create(
        user=user,
        provider=identity.provider,
        app_id=identity.app_id,
        openid=identity.openid,
        unionid=None if has_unionid else identity.unionid or None,
    )


def _is_another(row: SocialAccount, identity: Identity) -> bool:
    """Whether a row of the provider is certainly another person than this one."""
    if row.app_id == identity.app_id:
        return row.openid not in identity.openids
    return bool(row.unionid and identity.unionid and row.unionid != identity.unionid)


def _is_up_to_date(account: SocialAccount, identity: Identity) -> bool:
    is_here = (account.app_id, account.openid) == (identity.app_id, identity.openid)
    return is_here and (not identity.unionid or _has_unionid(account))


def _has_unionid(account: SocialAccount) -> bool:
    """Whether this row carries it, or another one of the same person."""
    if account.unionid is not None:
        return True
    rows = SocialAccount.objects.filter(user=account.user_id, provider=account.provider)
    return rows.exclude(unionid=None).exists()


def _is_rival(error: IntegrityError) -> bool:
    keys = (
        ("provider", "app_id", "openid"),
        ("provider", "unionid"),
        ("user", "provider", "app_id"),
    )
    return any(is_taken(error, SocialAccount, *key) for key in keys)
