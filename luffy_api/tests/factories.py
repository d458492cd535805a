"""Rows for tests, each valid by itself; a test names only what matters to it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from ulid import ULID

from luffy_api.apps.community import answers, questions, ratings
from luffy_api.apps.community.models import Answer, Favourite, Question, Rating
from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseSection,
    Enrollment,
    EnrollmentGrant,
    Teacher,
)
from luffy_api.apps.home.models import Banner, Topic
from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import (
    CourseCertificate,
    Quiz,
    QuizAttempt,
    QuizQuestion,
    SectionProgress,
)
from luffy_api.apps.learning.quiz_questions import QuestionKind
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    Invoice,
    InvoiceOrder,
    InvoiceState,
    OfflinePayment,
    Order,
    OrderDetail,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.promotion.models import Claim, Coupon, MembershipPeriod, MembershipTerm, Package
from luffy_api.apps.search.models import HotWord
from luffy_api.apps.user.models import User
from luffy_api.apps.video.models import Video

PASSWORD = "a good password"


def current_video(section) -> Video | None:
    """The section's current video as the database has it now."""
    return Video.objects.filter(section=section, is_current=True).first()


class UserFactory(factory.django.DjangoModelFactory):
    """A student whose password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"student{n}")
    nickname = factory.Sequence(lambda n: f"同学{n}")
    mobile = factory.Sequence(lambda n: f"139{n:08d}")
    email = factory.Sequence(lambda n: f"student{n}@example.com")
    password = factory.django.Password(PASSWORD)


class CategoryFactory(factory.django.DjangoModelFactory):
    """A category."""

    class Meta:
        model = CourseCategory

    name = factory.Sequence(lambda n: f"分类{n}")


class TeacherFactory(factory.django.DjangoModelFactory):
    """A teacher."""

    class Meta:
        model = Teacher

    name = factory.Sequence(lambda n: f"老师{n}")
    title = "讲师"


class CourseFactory(factory.django.DjangoModelFactory):
    """A course for 99 yuan, on sale."""

    class Meta:
        model = Course

    name = factory.Sequence(lambda n: f"课程{n}")
    kind = Course.Kind.ACTUAL
    status = Course.Status.ONLINE
    price = Decimal("99.00")
    course_category = factory.SubFactory(CategoryFactory)
    teacher = factory.SubFactory(TeacherFactory)

    class Params:
        free = factory.Trait(kind=Course.Kind.FREE, price=Decimal("0.00"))


def ready_course(**fields: Any) -> Course:
    """A draft that has all that it takes to be put on sale."""
    fields = {"status": Course.Status.OFFLINE, "course_img": "course/covers/a.webp", **fields}
    course: Course = CourseFactory(**fields)
    SectionFactory(course=course)
    return course


class ChapterFactory(factory.django.DjangoModelFactory):
    """A chapter."""

    class Meta:
        model = CourseChapter

    course = factory.SubFactory(CourseFactory)
    name = factory.Sequence(lambda n: f"章节{n}")


class SectionFactory(factory.django.DjangoModelFactory):
    """A section that must be bought; `course=` puts it into a new chapter of that course.

    `video` is the stored file of its current video, "" for none; `video_*` are fields of that.
    """

    class Meta:
        model = CourseSection

    class Params:
        course = factory.SubFactory(CourseFactory)

    chapter = factory.SubFactory(ChapterFactory, course=factory.SelfAttribute("..course"))
    name = factory.Sequence(lambda n: f"课时{n}")
    video = "course/videos/lesson.mp4"
    video_hls = ""
    video_poster = ""
    video_state = Video.State.READY
    video_note = ""
    video_plays_natively = True
    duration = 600

    @classmethod
    def _create(cls, model_class, *args, **fields):
        names = [name for name in fields if name.startswith("video_")]
        video = {name.removeprefix("video_"): fields.pop(name) for name in names}
        file = fields.pop("video")
        # A playlist that was stored by hand has no file.
        video["file"], video["hls"] = ("", file) if file.endswith(".m3u8") else (file, video["hls"])
        row = Video(**video, duration=fields["duration"], is_current=True)
        section = super()._create(model_class, *args, is_playable=row.is_playable, **fields)
        if row.file or row.hls:
            row.section = section
            row.save()
        return section


class DiscountFactory(factory.django.DjangoModelFactory):
    """20 % off since yesterday, until tomorrow, for `courses`."""

    class Meta:
        model = CourseDiscount
        skip_postgeneration_save = True

    name = "促销"
    discount_type = CourseDiscount.Type.RATE
    value = Decimal("0.80")
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))

    @factory.post_generation
    def courses(self, create, courses, **kwargs):
        """The courses it holds for."""
        self.courses.set(courses or [])


class CouponFactory(factory.django.DjangoModelFactory):
    """20 yuan less for any course, for a month around now."""

    class Meta:
        model = Coupon

    name = factory.Sequence(lambda n: f"优惠券 {n}")
    kind = Coupon.Kind.MINUS
    value = Decimal("20.00")
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=15))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=15))


class ClaimFactory(factory.django.DjangoModelFactory):
    """A coupon of 20 yuan that a student has."""

    class Meta:
        model = Claim

    coupon = factory.SubFactory(CouponFactory)
    user = factory.SubFactory(UserFactory)
    number = 1


class PackageFactory(factory.django.DjangoModelFactory):
    """A package on sale for 120 yuan, with `courses`."""

    class Meta:
        model = Package
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"套餐 {n}")
    price = Decimal("120.00")
    status = Package.Status.ON_SALE

    @classmethod
    def _create(cls, model_class, *args, **fields):
        courses = fields.pop("courses", ())
        package = super()._create(model_class, *args, **{"course_count": len(courses), **fields})
        package.courses.set(courses)
        return package


class MembershipTermFactory(factory.django.DjangoModelFactory):
    """A month for 30 yuan, on sale."""

    class Meta:
        model = MembershipTerm

    name = factory.Sequence(lambda n: f"会员 {n}")
    months = 1
    price = Decimal("30.00")


class MembershipPeriodFactory(factory.django.DjangoModelFactory):
    """30 days from now for 30 yuan, of an order that is not there."""

    class Meta:
        model = MembershipPeriod

    user = factory.SubFactory(UserFactory)
    number = factory.Sequence(lambda n: n + 1)
    reference = factory.Sequence(lambda n: f"period{n}")
    name = "月度会员"
    price = Decimal("30.00")
    days = 30
    starts_at = factory.LazyFunction(timezone.now)
    ends_at = factory.LazyAttribute(lambda period: period.starts_at + timedelta(days=period.days))


class EnrollmentFactory(factory.django.DjangoModelFactory):
    """A bought course; `source` and `reference` are those of its one grant."""

    class Meta:
        model = Enrollment

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    source = EnrollmentGrant.Source.ORDER
    reference = ""

    @classmethod
    def _create(cls, model_class, *args, **fields):
        reason = {name: fields.pop(name) for name in ("source", "reference")}
        EnrollmentGrant.objects.create(user=fields["user"], course=fields["course"], **reason)
        return super()._create(model_class, *args, **fields)


class RatingFactory(factory.django.DjangoModelFactory):
    """A rating by a student of the course, written by the service."""

    class Meta:
        model = Rating

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    stars = 5
    text = ""

    @classmethod
    def _create(cls, model_class, *args, **fields):
        user, course = fields.pop("user"), fields.pop("course")
        own(user, course)
        return ratings.rate(user_id=user.pk, course_id=course.pk, **fields)


class QuestionFactory(factory.django.DjangoModelFactory):
    """A question of a student who has the course, as the service writes it."""

    class Meta:
        model = Question

    user = factory.SubFactory(UserFactory)
    section = factory.SubFactory(SectionFactory)
    title = factory.Sequence(lambda n: f"提问{n}")
    text = "详细情况"
    position = None

    @classmethod
    def _create(cls, model_class, *args, **fields):
        user, section = fields.pop("user"), fields.pop("section")
        own(user, section.chapter.course)
        return questions.ask(user_id=user.pk, section_id=section.pk, **fields)


class AnswerFactory(factory.django.DjangoModelFactory):
    """An answer of another student who has the course, as the service writes it."""

    class Meta:
        model = Answer

    user = factory.SubFactory(UserFactory)
    question = factory.SubFactory(QuestionFactory)
    text = factory.Sequence(lambda n: f"回答{n}")

    @classmethod
    def _create(cls, model_class, *args, **fields):
        user, question = fields.pop("user"), fields.pop("question")
        own(user, question.course)
        return answers.answer(user_id=user.pk, question_id=question.pk, **fields)


def own(user, course):
    """Let a student have a course, if they do not have it yet."""
    if not EnrollmentGrant.objects.filter(user=user, course=course).exists():
        EnrollmentFactory(user=user, course=course)


class FavouriteFactory(factory.django.DjangoModelFactory):
    """A course in 我的收藏."""

    class Meta:
        model = Favourite

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)


class ProgressFactory(factory.django.DjangoModelFactory):
    """A section that was begun."""

    class Meta:
        model = SectionProgress

    user = factory.SubFactory(UserFactory)
    section = factory.SubFactory(SectionFactory)
    watched = factory.SelfAttribute("position")


class CertificateFactory(factory.django.DjangoModelFactory):
    """A certificate of a student, who has its course."""

    class Meta:
        model = CourseCertificate

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    number = factory.LazyFunction(lambda: str(ULID()))
    name = "王小明"
    course_name = factory.SelfAttribute("course.name")
    teacher_name = factory.SelfAttribute("course.teacher.name")
    school_name = "路飞学城"
    sections = 3
    issued_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, **fields):
        having = {"user": fields["user"], "course": fields["course"]}
        if not Enrollment.objects.filter(**having).exists():
            EnrollmentFactory(**having)
        return super()._create(model_class, *args, **fields)


class OrderFactory(factory.django.DjangoModelFactory):
    """An unpaid order for one course."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    subject = "课程"
    total_amount = Decimal("99.00")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30))
    next_query_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=1))

    @factory.post_generation
    def courses(self, create, courses, **kwargs):
        """What is ordered; one new course when nothing is said."""
        for course in [CourseFactory()] if courses is None else courses:
            OrderDetail.objects.create(
                order=self, course=course, price=course.price, real_price=course.price
            )


class OrderPaymentFactory(factory.django.DjangoModelFactory):
    """The payment of a paid order."""

    class Meta:
        model = OrderPayment

    order = factory.SubFactory(
        OrderFactory,
        order_status=1,
        trade_no=factory.Sequence(lambda n: f"own{n}"),
        pay_time=factory.LazyFunction(timezone.now),
    )
    pay_type = factory.SelfAttribute("order.pay_type")
    trade_no = factory.SelfAttribute("order.trade_no")
    amount = factory.SelfAttribute("order.total_amount")
    paid_at = factory.LazyFunction(timezone.now)


class OfflinePaymentFactory(factory.django.DjangoModelFactory):
    """A bank transfer for an unpaid order that waits for its confirmation."""

    class Meta:
        model = OfflinePayment

    order = factory.SubFactory(OrderFactory)
    payer = "路小飞"
    reference = factory.Sequence(lambda n: f"BANK{n}")
    amount = factory.SelfAttribute("order.total_amount")
    paid_at = factory.LazyFunction(timezone.now)
    receipt = "order/receipts/202611/one.pdf"
    recorded_by = factory.SubFactory(UserFactory, is_staff=True)


class InvoiceFactory(factory.django.DjangoModelFactory):
    """An invoice in 申请中 for a paid order or for `orders`; `issued=True` for one with its PDF."""

    class Meta:
        model = Invoice
        skip_postgeneration_save = True

    class Params:
        issued = factory.Trait(
            state=InvoiceState.ISSUED,
            number=factory.Sequence(lambda n: f"{n:020d}"),
            file="order/invoices/202611/one.pdf",
            issued_at=factory.LazyFunction(timezone.now),
        )

    user = factory.SubFactory(UserFactory)
    kind = Invoice.Kind.PERSONAL
    title = "路小飞"
    email = "fei@example.com"
    amount = Decimal("99.00")

    @factory.post_generation
    def orders(self, create, orders, **kwargs):
        """What it is for; a new paid order when nothing is said."""
        for order in orders or [OrderPaymentFactory(order__user=self.user).order]:
            InvoiceOrder.objects.create(invoice=self, order=order)


class RefundFactory(factory.django.DjangoModelFactory):
    """A refund that its student asked for, of all that one payment brought."""

    class Meta:
        model = Refund

    class Params:
        refunded = factory.Trait(
            status=RefundStatus.REFUNDED, finished_at=factory.LazyFunction(timezone.now)
        )

    payment = factory.SubFactory(OrderPaymentFactory)
    order = factory.SelfAttribute("payment.order")
    amount = factory.SelfAttribute("payment.amount")
    reason = "买错了"
    origin = Refund.Origin.STUDENT
    requested_by = factory.SelfAttribute("order.user")


class BillFactory(factory.django.DjangoModelFactory):
    """The bill of a day of its own, compared."""

    class Meta:
        model = Bill

    pay_type = PayType.ALIPAY
    day = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n % 3000))
    load = 1
    compared_at = factory.LazyFunction(timezone.now)


class BillLineFactory(factory.django.DjangoModelFactory):
    """A payment in a bill that we do not know."""

    class Meta:
        model = BillLine

    bill = factory.SubFactory(BillFactory)
    load = factory.SelfAttribute("bill.load")
    number = factory.Sequence(lambda n: n + 1)
    kind = BillLine.Kind.PAYMENT
    trade_no = factory.Sequence(lambda n: f"2026{n:024d}")
    out_trade_no = factory.Sequence(lambda n: f"N{n}")
    amount = "88.00"
    fee = "0.53"
    net = "87.47"
    finished_at = factory.LazyFunction(timezone.now)
    status = "已付款"
    result = BillResult.MISSING_OURS


class BillDifferenceFactory(factory.django.DjangoModelFactory):
    """A payment in a bill that we do not know, to be looked into."""

    class Meta:
        model = BillDifference

    bill = factory.SubFactory(BillFactory)
    key = factory.Sequence(lambda n: f"{n:064x}")
    kind = BillLine.Kind.PAYMENT
    result = BillResult.MISSING_OURS
    trade_no = factory.Sequence(lambda n: f"2026{n:024d}")
    out_trade_no = factory.Sequence(lambda n: f"N{n}")
    their_amount = "88.00"
    their_status = "已付款"
    occurred_at = factory.LazyFunction(timezone.now)


class BannerFactory(factory.django.DjangoModelFactory):
    """A banner."""

    class Meta:
        model = Banner

    title = factory.Sequence(lambda n: f"横幅{n}")
    image = "banner/one.webp"
    link = "/free-course"


class TopicFactory(factory.django.DjangoModelFactory):
    """A published topic without courses."""

    class Meta:
        model = Topic

    title = factory.Sequence(lambda n: f"专题{n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")
    brief = "好课都在这里"
    cover = "topic/one.webp"
    is_show = True
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class HotWordFactory(factory.django.DjangoModelFactory):
    """A hot word."""

    class Meta:
        model = HotWord

    word = factory.Sequence(lambda n: f"热词{n}")


class QuizFactory(factory.django.DjangoModelFactory):
    """A quiz with one question of each kind, of 2, 3, 1 and 4 points; `course=` as for a section.

    Right are B, AC, 对, and `=` with `==` in the blanks. `questions=` are others, as texts.
    """

    class Meta:
        model = Quiz
        skip_postgeneration_save = True

    class Params:
        course = factory.SubFactory(CourseFactory)
        free = False

    section = factory.SubFactory(
        SectionFactory,
        course=factory.SelfAttribute("..course"),
        free_trail=factory.SelfAttribute("..free"),
        section_type=CourseSection.SectionType.QUIZ,
        video="",
        duration=0,
        content="想好再**提交**。",
    )

    @factory.post_generation
    def questions(self, create, extracted, **kwargs):
        kinds = QuestionKind
        rows = extracted or [
            (kinds.SINGLE, "缩进用**几个**空格？", "二\n四\n八", "B", 2, "PEP 8 说的"),
            (kinds.MULTIPLE, "哪些是可变的？", "列表\n元组\n字典", "AC", 3, ""),
            (kinds.TRUE_FALSE, "变量不用声明类型", "", "对", 1, ""),
            (kinds.FILL, "赋值用 ____，比较用 ____", "", "=|＝|等号\n==", 4, ""),
        ]
        names = ("kind", "text", "options", "answer", "points", "explanation")
        for number, row in enumerate(rows, 1):
            fields = dict(zip(names, row, strict=True))
            QuizQuestion.objects.create(quiz=self, orders=number, **fields)
        quizzes.count_questions(self.pk)


def attempt_at(quiz, user, answers=()):
    """An attempt of a student, whoever may make one, with these answers."""
    questions = quizzes.questions_of(quiz.pk)
    row = quizzes.marked(quiz, questions, quizzes.given_to(questions, answers))
    row.user, row.version = user, quizzes.version_of(questions)
    row.number = row.request_key = (
        1 + QuizAttempt.objects.filter(user=user, section=quiz.pk).count()
    )
    row.save()
    return row
