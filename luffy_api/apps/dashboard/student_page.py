"""What the shop knows of one student, for the page of the back office: each part by itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.community.models import Answer, Question, Rating
from luffy_api.apps.course.models import Course, CourseSection, Enrollment, EnrollmentGrant
from luffy_api.apps.learning import course_progress
from luffy_api.apps.learning.course_progress import CourseProgress
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import Invoice, OfflinePayment, Order, Refund
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.apps.user import consents, logins, notes, selectors
from luffy_api.apps.user.models import RevokedToken, SocialAccount, StudentLogin, User

COURSES_PER_PAGE = 20
# Of every other list; the whole lists are pages of their own.
MAX_ROWS = 20


@dataclass(frozen=True)
class StudentCourse:
    """A course that the student has or had, why, and how far they are.

    `section` is where they were last, None before they have begun or where it is gone.
    """

    course: Course
    grants: list[EnrollmentGrant]
    is_enrolled: bool
    progress: CourseProgress
    section: CourseSection | None

    @property
    def may_be_taken_back(self) -> bool:
        """Whether something else than a purchase or a membership gives it now."""
        kept = (Source.ORDER, Source.MEMBERSHIP)
        return any(self.is_live(each) and each.source not in kept for each in self.grants)

    @property
    def reasons(self) -> list[tuple[EnrollmentGrant, bool]]:
        """Every grant, with whether it holds now."""
        return [(each, self.is_live(each)) for each in self.grants]

    @staticmethod
    def is_live(grant: EnrollmentGrant) -> bool:
        """Whether it holds now."""
        now = timezone.now()
        return grant.starts_at <= now and (grant.ends_at is None or grant.ends_at > now)


@dataclass(frozen=True)
class Connection:
    """A provider by which the student may log in; `last_login` is None where none is kept."""

    account: SocialAccount
    last_login: datetime | None


Source = EnrollmentGrant.Source


@dataclass(frozen=True)
class Rows:
    """The newest rows of a list, and how many there are."""

    rows: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def has_more(self) -> bool:
        """Whether rows are left out."""
        return self.count > len(self.rows)


def address(user_id: int) -> str:
    """The URL of a student's page."""
    return reverse("admin:dashboard_student_change", args=[user_id])


def courses(user_id: int, *, page: object = 1) -> tuple[list[StudentCourse], Page[Any]]:
    """Those of one page, the newest reason first, and the page. Seven queries."""
    own = EnrollmentGrant.objects.filter(user=user_id)
    newest = own.order_by().values("course_id").annotate(newest=Max("pk")).order_by("-newest")
    found = Paginator(newest, COURSES_PER_PAGE).get_page(page)  # type: ignore[arg-type]
    ids = [row["course_id"] for row in found]
    return _courses(user_id, ids, own), found


def _courses(
    user_id: int, ids: Sequence[int], own: QuerySet[EnrollmentGrant]
) -> list[StudentCourse]:
    grants: dict[int, list[EnrollmentGrant]] = defaultdict(list)
    for grant in own.filter(course__in=ids).select_related("course").order_by("-pk"):
        grants[grant.course_id].append(grant)
    enrolled = Enrollment.objects.filter(user=user_id, course__in=ids)
    have = set(enrolled.values_list("course_id", flat=True))
    reached = course_progress.load_progress(ids, user_id=user_id)
    sections = CourseSection.objects.only("name").in_bulk(
        [each.section_id for each in reached.values() if each.section_id]
    )
    return [
        StudentCourse(
            course=grants[pk][0].course,
            grants=grants[pk],
            is_enrolled=pk in have,
            progress=reached[pk],
            section=sections.get(reached[pk].section_id or 0),
        )
        for pk in ids
        if grants[pk]
    ]


def orders(user_id: int) -> Rows:
    """With what went back and what is due back. Two queries, like each of the following."""
    return _newest(amounts.with_amounts(Order.objects.of(user_id)))


def refunds(user_id: int) -> Rows:
    """Of all orders."""
    rows = Refund.objects.filter(order__user=user_id)
    return _newest(rows.select_related("order", "course", "payment", "decided_by"))


def offline_payments(user_id: int) -> Rows:
    """Payments by hand for the student's orders."""
    rows = OfflinePayment.objects.filter(order__user=user_id)
    return _newest(rows.select_related("order", "recorded_by", "decided_by"))


def invoices(user_id: int) -> Rows:
    """Asked for by the student."""
    return _newest(Invoice.objects.of(user_id).select_related("handled_by"))


def certificates(user_id: int) -> Rows:
    """Of the courses that the student has finished."""
    return _newest(CourseCertificate.objects.filter(user=user_id))


def memberships(user_id: int) -> Rows:
    """What was bought of memberships."""
    return _newest(MembershipPeriod.objects.filter(user=user_id))


def questions(user_id: int) -> Rows:
    """Asked under sections, in each state."""
    return _newest(Question.objects.filter(user=user_id).select_related("course", "section"))


def answers(user_id: int) -> Rows:
    """To questions of others."""
    rows = Answer.objects.filter(user=user_id)
    return _newest(rows.select_related("question__course"))


def ratings(user_id: int) -> Rows:
    """Of courses, one each."""
    return _newest(Rating.objects.filter(user=user_id).select_related("course"))


def connections(user_id: int) -> list[Connection]:
    """What the student has connected, a row for each provider. Two queries."""
    last = logins.last_by_way(user_id)
    return [
        Connection(row, last.get(StudentLogin.Way[row.provider.upper()]))
        for row in selectors.social_accounts_of(user_id)
    ]


def notes_of_staff(user_id: int) -> Rows:
    """What staff have written."""
    return _newest(notes.of_student(user_id))


def agreed(user_id: int) -> Rows:
    """To which versions of the agreements, without their texts."""
    return _newest(consents.agreed_by(user_id).defer("agreement__text"))


def ended_logins(user_id: int) -> int:
    """How many logins the student has ended whose tokens would still be good. One query."""
    return RevokedToken.objects.filter(user=user_id, expires_at__gt=timezone.now()).count()


def logins_of(user_id: int) -> Rows:
    """How and from where the student logged in; the newest first."""
    return _newest(logins.of_student(user_id))


def entries(user_id: int) -> Rows:
    """What staff did about the account; the newest first."""
    kind = ContentType.objects.get_for_model(User)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(user_id))
    return _newest(rows.select_related("user"))


def _newest(rows: QuerySet[Any]) -> Rows:
    return Rows(list(rows.order_by("-pk")[:MAX_ROWS]), rows.count())
