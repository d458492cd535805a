"""结课证书: students take theirs once they have finished a course; staff revoke and correct them.

A certificate says that something was learned. So it outlasts the course, the study period and the
enrollment, and what is added to the course later; only staff end it.
"""

from django.db import transaction
from django.utils import timezone
from ulid import ULID

from luffy_api.apps.course import access
from luffy_api.apps.course.locks import lock_students, lock_writer
from luffy_api.apps.learning import certificate_names, course_progress
from luffy_api.apps.learning.certificate_names import is_masked
from luffy_api.apps.learning.course_progress import CourseProgress
from luffy_api.apps.learning.exceptions import (
    CertificateNotFound,
    CertificateRevoked,
    CourseUnfinished,
    NameRefused,
    NoCertificate,
)
from luffy_api.apps.learning.locks import lock_certificate, lock_certificates_of
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.school import current_site
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

FINISHED = 100


def issue(*, user_id: int, course_id: int, name: str) -> CourseCertificate:
    """The student's certificate of a finished course; the one that there is, if there is one.

    The first one asks for the name, all others have the same: `name` may be blank then. Raises
    CourseNotFound, NotEnrolled, NoCertificate, CourseUnfinished, NameRefused, CertificateRevoked.
    """
    access.owned_course(course_id=course_id, user_id=user_id)
    # The font is read before the transaction: on SQLite all other writers wait for that.
    name = certificate_names.cleaned(name) if name.strip() else ""
    # Also before it: a refusal would undo what players have reported.
    progress = course_progress.load_progress([course_id], user_id=user_id)[course_id]
    return _issue(user_id, course_id, name, progress)


@retry_deadlocks
@transaction.atomic
def _issue(user_id: int, course_id: int, name: str, progress: CourseProgress) -> CourseCertificate:
    """The student is locked: a second request waits, and a refund is before or after it."""
    lock_writer(user_id)
    course = access.owned_course(course_id=course_id, user_id=user_id)
    if found := CourseCertificate.objects.filter(user=user_id, course=course_id).first():
        if not found.is_valid:
            raise CertificateRevoked
        return found
    if not course.gives_certificate:
        raise NoCertificate
    if not progress.certificate:
        raise CourseUnfinished(progress.percent)
    return CourseCertificate.objects.create(
        user_id=user_id,
        course_id=course_id,
        number=str(ULID()),
        name=_name(user_id, name),
        course_name=course.name,
        teacher_name=course.teacher.name,
        school_name=current_site.name(),
        sections=progress.total,
        issued_at=timezone.now(),
    )


def known_name(user_id: int) -> str:
    """What the student's certificates say; "" before the first one. One query."""
    rows = CourseCertificate.objects.filter(user=user_id)
    return rows.values_list("name", flat=True).first() or ""


def _name(user_id: int, typed: str) -> str:
    known = known_name(user_id)
    if not known and not typed:
        raise NameRefused("请填写姓名")
    if known and typed and typed != known:
        raise NameRefused(f"您的证书上印的是「{known}」，如需更正请联系客服")
    return known or typed


@retry_deadlocks
@transaction.atomic
def revoke(*, certificate_id: int, reason: str, staff_id: int) -> None:
    """The certificate is good no more, and its page says so; `reason` is for its student.

    Raises CertificateNotFound.
    """
    row = _locked(certificate_id)
    row.revoked_at, row.reason = row.revoked_at or timezone.now(), reason
    row.save(update_fields=["revoked_at", "reason", "updated_time"])
    audit_log.log_change(row, user_id=staff_id, message=f"吊销证书，原因：{reason}")


@retry_deadlocks
@transaction.atomic
def restore(*, certificate_id: int, staff_id: int) -> None:
    """A revoked certificate is good again. Raises CertificateNotFound."""
    row = _locked(certificate_id)
    if row.is_valid:
        return
    row.revoked_at, row.reason = None, ""
    row.save(update_fields=["revoked_at", "reason", "updated_time"])
    audit_log.log_change(row, user_id=staff_id, message="恢复证书")


@retry_deadlocks
@transaction.atomic
def correct_name(*, user_id: int, name: str, reason: str, staff_id: int) -> int:
    """All certificates of a student get this name; return how many had another one.

    Raises NameRefused. Of a closed account nothing is changed: the names are gone.
    """
    lock_students([user_id])
    name = certificate_names.cleaned(name)
    rows = lock_certificates_of(user_id)
    changed = [row for row in rows if row.name != name and not is_masked(row.name)]
    for row in changed:
        row.name = name
        row.save(update_fields=["name", "updated_time"])
        # Without the names: the log outlives the account.
        audit_log.log_change(row, user_id=staff_id, message=f"更正姓名，原因：{reason}")
    return len(changed)


def erase(user_id: int) -> None:
    """Leave the masked name only, in the transaction that closes the account.

    The number can still be verified: its page has never shown more.
    """
    for row in lock_certificates_of(user_id):
        row.name = certificate_names.masked(row.name)
        row.save(update_fields=["name", "updated_time"])


def move(*, source_id: int, target_id: int) -> None:
    """Certificates of one account go to another; the transaction has locked both students.

    Of two of one course the person keeps one that is good, of two good ones the older. The number
    of the other one may be on somebody's desk, so it stays what it is, without an owner and name.
    """
    kept: dict[int, CourseCertificate] = {}
    for row in sorted(lock_certificates_of(source_id, target_id), key=_weight):
        if row.course_id not in kept:
            kept[row.course_id] = row
        else:
            row.user, row.name = None, certificate_names.masked(row.name)
            row.save(update_fields=["user", "name", "updated_time"])
    CourseCertificate.objects.filter(user=source_id).update(user=target_id)


def _weight(row: CourseCertificate) -> tuple[bool, int]:
    return not row.is_valid, row.pk


def _locked(certificate_id: int) -> CourseCertificate:
    row = lock_certificate(certificate_id)
    if row is None:
        raise CertificateNotFound
    return row
