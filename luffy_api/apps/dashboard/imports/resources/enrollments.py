"""学员名单: who has which course until when; new ones are gifts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import CHUNK, Cell, Checked, TableResource
from luffy_api.apps.dashboard.imports.widgets import References
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User

Pair = tuple[int, int]
# Far behind every date that a cell may have.
NEVER = datetime.max.replace(tzinfo=timezone.get_default_timezone(), year=9000)


@dataclass
class EnrollmentRow:
    """A student and a course; `ends_at` (UTC) is the end of the last live grant, None for never.

    `is_gift`: a gift is among the grants.
    """

    user: User
    course: Course
    ends_at: datetime | None = None
    pk: int | None = None
    # The last end of what is no gift: a purchase.
    others_end_at: datetime | None = None
    is_gift: bool = False


class StudentWidget(widgets.TextWidget):
    """A student by user name, mobile or e-mail."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, User] = {}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        user = self.users.get(value)
        if user is None or not user.is_active:
            raise ValueError(f"没有学员“{value}”")
        return user

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else value.mobile or value.username


class EnrollmentResource(TableResource):
    """学员名单. A course is never taken away by an import."""

    part, label, model = "enrollments", "学员名单", Enrollment
    unlogged = frozenset({"学员"})

    user = Cell(
        "user",
        "学员",
        StudentWidget(),
        required=True,
        aliases=["手机号", "手机", "用户名", "mobile"],
        hint="手机号、用户名或邮箱，须已有账号",
        sample="13800000001",
    )
    course = Cell(
        "course",
        "课程",
        widgets.ReferenceWidget("课程"),
        required=True,
        aliases=["课程名称"],
        hint="课程的名称或编号",
        sample="Python 入门",
    )
    ends_at = Cell(
        "ends_at",
        "到期时间",
        widgets.MomentWidget(),
        clears=True,
        aliases=["到期"],
        hint="留空为永久有效",
    )

    def __init__(self, job: Any = None) -> None:
        super().__init__(job)
        self._found: dict[Pair, EnrollmentRow] = {}
        self._pair: tuple[User, Course] | None = None

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Students, courses, and what the ones have of the others: five queries at most."""
        users = selectors.find_by_identities({row.get("user", "") for row in rows})
        courses = References.load(
            Course.objects.not_deleted(), {row.get("course", "") for row in rows}
        )
        self.fields["user"].widget.users = users
        self.fields["course"].widget.references = courses
        ids = {user.pk for user in users.values()}
        known = Enrollment.objects.filter(user__in=ids, course__in=courses.rows)
        self._found = {(row.user.pk, row.course.pk): row for row in _rows_of(known.order_by("pk"))}

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> EnrollmentRow | None:
        """Of this student and course. Raises ValidationError."""
        found: dict[str, Any] = {}
        errors = {}
        for column in ("user", "course"):
            try:
                text = row.get(column, "")
                found[column] = self.fields[column].widget.clean(text) if text else None
                if not text:
                    errors[column] = "必填"
            except ValueError as error:
                errors[column] = str(error)
        if errors:
            raise ValidationError(errors)
        self._pair = found["user"], found["course"]
        known = self._found.get((found["user"].pk, found["course"].pk))
        if known and "ends_at" not in row and known.ends_at and not known.is_gift:
            # By a membership or for a study period: the list gives it for good, as to the others.
            return None
        return known

    def init_instance(self, row: Any = None) -> EnrollmentRow:
        """What `get_instance` has looked for."""
        assert self._pair is not None
        return EnrollmentRow(*self._pair)

    def get_import_fields(self) -> list[Cell]:
        """The end; the rest finds the row."""
        return [self.fields["ends_at"]]

    def validate_instance(
        self,
        instance: EnrollmentRow,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        """An end that has not passed, nor shortens what was bought."""
        errors = dict(import_validation_errors or {})
        for name, text in self.rules(instance):
            errors.setdefault(name, []).append(ValidationError(text))
        if errors:
            raise ValidationError(errors)

    def rules(self, instance: EnrollmentRow) -> Iterable[tuple[str, str]]:
        """As the form for gifts has them."""
        if instance.ends_at and instance.ends_at <= timezone.now():
            yield "ends_at", "到期时间已过"
        if instance.others_end_at and (instance.ends_at or NEVER) < instance.others_end_at:
            yield "ends_at", "学员已购买该课程，期限更长，不能缩短"

    def name_of(self, row: Mapping[str, str]) -> str:
        """The course; whose it is stands in the row."""
        return row.get("course", "")[:191]

    def keys(self, instance: EnrollmentRow) -> list[str]:
        """Student and course."""
        return [f"{instance.user.pk}:{instance.course.pk}"]

    def logged(self, instance: EnrollmentRow) -> models.Model:
        """The enrollment."""
        return Enrollment(pk=instance.pk, user=instance.user, course=instance.course)

    def write(self, rows: Sequence[Checked]) -> None:
        """Gifts, student by student in the order in which others lock them."""
        gifts: dict[tuple[int, datetime | None], list[int]] = {}
        instances = sorted((row.instance for row in rows), key=lambda each: each.user.pk)
        for each in instances:
            gifts.setdefault((each.user.pk, each.ends_at), []).append(each.course.pk)
        for (user_id, ends_at), course_ids in gifts.items():
            enrollment.enroll_in_all(
                user_id=user_id,
                course_ids=course_ids,
                source=EnrollmentGrant.Source.GRANT,
                ends_at=ends_at,
            )
        written = Enrollment.objects.filter(
            user__in={each.user.pk for each in instances},
            course__in={each.course.pk for each in instances},
        )
        ids = {(row.user_id, row.course_id): row.pk for row in written}
        for each in instances:
            each.pk = ids[each.user.pk, each.course.pk]

    def exported(self) -> Iterator[EnrollmentRow]:
        """All enrollments of accounts that are active."""
        last = 0
        rows = Enrollment.objects.filter(user__is_active=True, course__is_delete=False)
        while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
            last = chunk[-1].pk
            found = list(_rows_of(rows.filter(pk__in=[each.pk for each in chunk]).order_by("pk")))
            names = {each.course.name for each in found}
            self.fields["course"].widget.references = References.load(
                Course.objects.not_deleted(), names
            )
            yield from found


def _rows_of(enrollments: models.QuerySet[Enrollment]) -> Iterator[EnrollmentRow]:
    """With the ends of their live grants. Two queries."""
    found = list(enrollments.select_related("user", "course"))
    pairs = Q(user__in={each.user_id for each in found})
    pairs &= Q(course__in={each.course_id for each in found})
    ends: dict[Pair, list[tuple[int, datetime]]] = {}
    for grant in EnrollmentGrant.objects.live().filter(pairs):
        place = (grant.user_id, grant.course_id)
        ends.setdefault(place, []).append((grant.source, grant.ends_at or NEVER))
    for each in found:
        own = ends.get((each.user_id, each.course_id), [])
        gift = EnrollmentGrant.Source.GRANT
        last = max((end for _, end in own), default=NEVER)
        kept = (gift, EnrollmentGrant.Source.MEMBERSHIP)
        other = max((end for source, end in own if source not in kept), default=None)
        yield EnrollmentRow(
            each.user,
            each.course,
            None if last == NEVER else last,
            each.pk,
            other,
            is_gift=any(source == gift for source, _ in own),
        )
