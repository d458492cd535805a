"""What students, and whoever holds a certificate in hand, read of certificates."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from luffy_api.apps.learning import certificate_names, certificates, course_progress
from luffy_api.apps.learning.course_progress import CourseProgress
from luffy_api.apps.learning.exceptions import CertificateNotFound, CertificateRevoked
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.promotion.membership import member_access

_NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)


@dataclass(frozen=True)
class CertificateStanding:
    """Whether the student has the certificate of a course, or may take it now.

    `is_offered`: the course gives certificates. `name` is what their certificates say, "" before
    the first one, which asks for it.
    """

    course_name: str
    percent: int
    is_offered: bool
    can_issue: bool
    name: str
    certificate: CourseCertificate | None


def standing(*, course_id: int, user_id: int) -> CertificateStanding:
    """Five queries; two for a course of which the student has the certificate.

    That one is shown whatever became of the course. Raises CourseNotFound, NotEnrolled.
    """
    name = certificates.known_name(user_id)
    own = CourseCertificate.objects.filter(user=user_id, course__id=course_id)
    if found := own.first():
        return CertificateStanding(found.course_name, 100, True, False, name, found)
    course = member_access.owned_course(course_id=course_id, user_id=user_id)
    progress: CourseProgress = course_progress.load_progress([course_id], user_id=user_id)[
        course_id
    ]
    return CertificateStanding(
        course_name=course.name,
        percent=progress.percent,
        is_offered=course.gives_certificate,
        can_issue=progress.certificate,
        name=name,
        certificate=None,
    )


def certificates_of(user_id: int) -> QuerySet[CourseCertificate]:
    """The student's own, the newest first."""
    return CourseCertificate.objects.filter(user=user_id)


def printable_certificate(*, user_id: int, number: str) -> CourseCertificate:
    """One of the student's own. One query. Raises CertificateNotFound, CertificateRevoked."""
    rows = CourseCertificate.objects.filter(user=user_id)
    return _printable(rows.filter(number=_number(number)).first())


def verified(number: str) -> CourseCertificate:
    """The certificate with this number, in small letters or capitals. One query.

    Raises CertificateNotFound.
    """
    found = CourseCertificate.objects.filter(number=_number(number)).first()
    if found is None:
        raise CertificateNotFound
    return found


def _number(text: str) -> str:
    number = text.upper()
    if not _NUMBER.fullmatch(number):
        raise CertificateNotFound
    return number


def _printable(row: CourseCertificate | None) -> CourseCertificate:
    if row is None or certificate_names.is_masked(row.name):
        raise CertificateNotFound
    if not row.is_valid:
        raise CertificateRevoked
    return row
