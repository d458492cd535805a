"""A course with a price for members, and a member; a fake gateway."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.tests.factories import (
    CourseFactory,
    MembershipTermFactory,
)
from luffy_api.tests.memberships import bought


@pytest.fixture
def course() -> Course:
    """For 99 yuan, for members 59."""
    return CourseFactory(name="数据分析", price="99.00", vip_price="59.00")


@pytest.fixture
def member(student, fake_alipay):
    """The student, for 30 days."""
    bought(fake_alipay, student.pk, MembershipTermFactory(months=0, days=30))
    return student
