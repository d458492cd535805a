"""What the demo students have said of courses. Who has had a course before is left as they are."""

from luffy_api.apps.community import answers, questions, ratings
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseSection, EnrollmentGrant
from luffy_api.apps.home.demo import accounts
from luffy_api.apps.user.models import User

ASKED_OF, SECTION = "git-collaboration", "从容处理冲突"
# Of free courses, by student: course, stars, text.
RATINGS = {
    "student": (
        (ASKED_OF, 5, "分支和合并讲得很清楚，配合练习一遍就会了。"),
        ("javascript-basics", 4, "例子都能直接在浏览器里试，适合入门。"),
    ),
    "student2": ((ASKED_OF, 4, "小组作业正好用得上，希望再多一点解决冲突的练习。"),),
}
QUESTION = (
    "git pull 提示有冲突怎么办？",
    "我和同学改了同一个文件，执行 git pull 之后出现 <<<<<<< HEAD，接下来该怎么处理？",
)
ANSWER = (
    "打开有冲突的文件，保留需要的内容，删掉 <<<<<<<、======= 和 >>>>>>> 这三行标记，"
    "再执行 git add 和 git commit 就可以了。拿不准的时候先用 git diff 看一遍。"
)


def load(course_ids: dict[str, int]) -> None:
    """Ratings, and a question with an accepted answer, of students who join for that."""
    students = dict(
        User.objects.filter(
            username__in=[name for name, *_ in accounts.STUDENTS], is_active=True
        ).values_list("username", "pk")
    )
    wanted = {course_ids[slug] for rated in RATINGS.values() for slug, *_ in rated}
    free = Course.objects.on_sale().filter(pk__in=wanted, price=0)
    known = EnrollmentGrant.objects.filter(user__in=students.values(), course__in=wanted)
    if known.exists() or len(students) < len(RATINGS) or free.count() < len(wanted):
        return
    for name, rated in RATINGS.items():
        for slug, stars, text in rated:
            own = {"user_id": students[name], "course_id": course_ids[slug]}
            enrollment.join_free_course(**own)
            ratings.rate(**own, stars=stars, text=text)
    _ask(course_ids[ASKED_OF], asker=students["student2"], helper=students["student"])


def _ask(course_id: int, *, asker: int, helper: int) -> None:
    sections = CourseSection.objects.visible().filter(chapter__course=course_id)
    section_id = sections.filter(name=SECTION).values_list("pk", flat=True).first()
    if section_id is None:
        return
    title, text = QUESTION
    question = questions.ask(
        user_id=asker, section_id=section_id, title=title, text=text, position=12
    )
    answer = answers.answer(user_id=helper, question_id=question.pk, text=ANSWER)
    answers.accept(user_id=asker, answer_id=answer.pk, accepted=True)
