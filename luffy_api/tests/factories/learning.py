"""What students do with their courses, alone and together."""

import factory
from django.utils import timezone
from ulid import ULID

from luffy_api.apps.community import answers, questions, ratings
from luffy_api.apps.community.models import Answer, Favourite, Question, Rating
from luffy_api.apps.course.models import (
    CourseSection,
    Enrollment,
)
from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.models import (
    CourseCertificate,
    Quiz,
    QuizAttempt,
    QuizQuestion,
    SectionProgress,
)
from luffy_api.apps.learning.quiz_questions import QuestionKind
from luffy_api.tests.factories.catalogue import (
    CourseFactory,
    EnrollmentFactory,
    SectionFactory,
    UserFactory,
    own,
)


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
