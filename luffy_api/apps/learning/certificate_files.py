"""Certificates as files: drawn when they are asked for, one at a time in a process.

Nothing of them is stored: what is printed stands in the row, and a corrected name is in the next
download.
"""

import threading

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.learning.certificate_drawing import CertificateFacts, draw
from luffy_api.apps.learning.exceptions import CertificateBusy
from luffy_api.apps.learning.models import CourseCertificate

# Seconds for which a request waits for the certificates before its own, and how many may wait: each
# holds a thread of the server, which others need.
QUEUE_TIMEOUT, PLACES = 8.0, 3

_drawing = threading.Lock()
_places = threading.BoundedSemaphore(PLACES)


def pdf_of(row: CourseCertificate) -> bytes:
    """The certificate as it is printed. Raises CertificateBusy."""
    facts = CertificateFacts(
        number=row.number,
        name=row.name,
        course=row.course_name,
        teacher=row.teacher_name,
        school=row.school_name,
        sections=row.sections,
        issued_at=timezone.localtime(row.issued_at),
        address=address_of(row),
    )
    if not _places.acquire(blocking=False):
        raise CertificateBusy
    try:
        return _draw_in_turn(facts)
    finally:
        _places.release()


def _draw_in_turn(facts: CertificateFacts) -> bytes:
    if not _drawing.acquire(timeout=QUEUE_TIMEOUT):
        raise CertificateBusy
    try:
        return draw(facts)
    finally:
        _drawing.release()


def address_of(row: CourseCertificate) -> str:
    """Of the page that says whether the certificate is good."""
    return f"{settings.PUBLIC_URL}/certificate/{row.number}"


def file_name(row: CourseCertificate) -> str:
    """What browsers save it as."""
    return f"结课证书-{row.course_name}.pdf"
