"""Judged queries over a generated catalogue; what is right follows from the generator's labels."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from luffy_api.apps.search.tests.catalogues import generator
from luffy_api.apps.search.tests.catalogues.generator import GeneratedCourse
from luffy_api.apps.search.tests.grading.judging import Judged, plain

EXACT_NAMES = 20
TEACHERS = 6

# What students type, and what the course must be about.
TOGETHER = {
    "Python 爬虫": ["Python", "爬虫"],
    "爬虫 python": ["Python", "爬虫"],
    "python爬虫": ["Python", "爬虫"],
    "ＰＹＴＨＯＮ　数据分析": ["Python", "数据分析"],
    "Linux运维": ["Linux", "运维"],
    "docker kubernetes": ["Docker", "Kubernetes"],
    "java面试": ["Java", "面试"],
    "Java 微服务": ["Java", "微服务"],
    "vue小程序": ["Vue", "小程序"],
    "机器学习 深度学习": ["机器学习", "深度学习"],
    "Vue 实战": ["Vue", "实战"],
    "算法 入门": ["算法", "入门"],
    "会计入门": ["会计", "入门"],
    "MySQL 从零开始": ["MySQL", "从零开始"],
    "c++ 进阶": ["C++", "进阶"],
    "C# 训练营": ["C#", "训练营"],
    "运维最佳实践": ["运维", "最佳实践"],
    "node.js 电商平台": ["Node.js", "电商平台"],
    "Go 个人博客": ["Go", "个人博客"],
    "PPT速成": ["PPT", "速成"],
}
# What says nothing about the course, other names, and words that no course has.
SAID_OTHERWISE = {
    "我想学python": "Python",
    "python怎么学": "Python",
    "怎么学爬虫": "爬虫",
    "爬虫 教程": "爬虫",
    "推荐 机器学习 课程": "机器学习",
    "想学运维": "运维",
    "算法怎么学": "算法",
    "爬虫 qwzxkj": "爬虫",
    "k8s": "Kubernetes",
    "golang": "Go",
    "vue.js": "Vue",
    "c sharp": "C#",
    "cpp": "C++",
    "nlp": "自然语言处理",
    "pentest": "渗透测试",
    "數據分析": "数据分析",
    "機器學習": "机器学习",
    "演算法": "算法",
}
# Beginnings of words, as they stand in the box before the word is complete.
BEGINNINGS = {
    "Kuber": ["Kubernetes"],
    "elastic": ["Elasticsearch"],
    "Photo": ["Photoshop"],
    "tens": ["TensorFlow"],
    "Postg": ["PostgreSQL"],
    "深度学": ["深度学习"],
    "小程": ["小程序"],
    "数据可": ["数据可视化"],
    "自然语言": ["自然语言处理"],
    "渗透": ["渗透测试"],
    "数据": ["数据分析", "数据可视化", "数据仓库", "数据结构"],
    "爬": ["爬虫"],
}
MISSPELT = {
    "pyhton": "Python",
    "pythn": "Python",
    "javasript": "JavaScript",
    "javascirpt": "JavaScript",
    "typescrpit": "TypeScript",
    "kuberntes": "Kubernetes",
    "kubernets": "Kubernetes",
    "dokcer": "Docker",
    "djnago": "Django",
    "fluter": "Flutter",
    "pytroch": "PyTorch",
    "tensorflwo": "TensorFlow",
    "elasticsaerch": "Elasticsearch",
    "mongdb": "MongoDB",
    "postgersql": "PostgreSQL",
    "linxu": "Linux",
    "photoshp": "Photoshop",
    "jenkisn": "Jenkins",
    "ngnix": "Nginx",
    "teraform": "Terraform",
    "androd": "Android",
    "机器学西": "机器学习",
    "数剧分析": "数据分析",
    "算发": "算法",
    "运为": "运维",
    "小成序": "小程序",
    "设计魔式": "设计模式",
    "自然语言处里": "自然语言处理",
    "编译元理": "编译原理",
    "爬冲": "爬虫",
}
PINYIN = {
    "pachong": "爬虫",
    "yunwei": "运维",
    "suanfa": "算法",
    "jiqixuexi": "机器学习",
    "shujufenxi": "数据分析",
    "weifuwu": "微服务",
    "xiaochengxu": "小程序",
    "shentouceshi": "渗透测试",
    "mianshi": "面试",
    "kuaiji": "会计",
    "sheying": "摄影",
    "yingyu": "英语",
    "PaChong": "爬虫",
}
PINYIN_TOGETHER = {"python pachong": ["Python", "爬虫"], "pyhton 爬虫": ["Python", "爬虫"]}
CATEGORIES = ["后端开发", "前端开发", "移动开发", "数据科学", "云计算", "网络安全"]
PRICES: dict[str, Callable[[Decimal], bool]] = {
    "99": lambda price: price == 99,
    "99元": lambda price: price == 99,
    "９９": lambda price: price == 99,
    "19.9": lambda price: price == Decimal("19.9"),
    "100以内": lambda price: price <= 100,
    "100元以内": lambda price: price <= 100,
    "50-100": lambda price: 50 <= price <= 100,
    "1000以上": lambda price: price >= 1000,
}
NONSENSE = ["qwzxkj", "龘龖龗", "zzzzzzzzzz", "🐍🐍🐍", "ﷺ", "00112233445566778899"]


@dataclass(frozen=True)
class Stored:
    """Courses by id, and the ids of those that are about something."""

    courses: Mapping[int, GeneratedCourse]
    by_label: Mapping[str, frozenset[int]]


def judged(courses: Mapping[int, GeneratedCourse]) -> list[Judged]:
    """Every query with its judgement for a catalogue, whose courses go by their ids."""
    labels = ((label, pk) for pk, course in courses.items() for label in course.about)
    stored = Stored(courses, _grouped(labels))
    return [
        *_by_subject(stored),
        *_by_several_words(stored),
        *_with_corrections(stored),
        *_by_people_and_categories(stored),
        *_by_price(stored),
        *_by_exact_name(stored),
        *(Judged(text) for text in NONSENSE),
    ]


def _by_subject(stored: Stored) -> Iterator[Judged]:
    for subject in generator.SUBJECTS:
        yield Judged(subject, _about(stored, subject))
    for text, subjects in BEGINNINGS.items():
        yield Judged(text, frozenset().union(*(_about(stored, one) for one in subjects)))


def _by_several_words(stored: Stored) -> Iterator[Judged]:
    for text, labels in TOGETHER.items():
        yield Judged(text, _about(stored, *labels), _telling(stored, *labels))
    for text, subject in SAID_OTHERWISE.items():
        yield Judged(text, _about(stored, subject), _telling(stored, subject))


def _with_corrections(stored: Stored) -> Iterator[Judged]:
    for text, subject in {**MISSPELT, **PINYIN}.items():
        yield Judged(text, _about(stored, subject), correction=subject)
    for text, labels in PINYIN_TOGETHER.items():
        relevant, tolerable = _about(stored, *labels), _telling(stored, *labels)
        yield Judged(text, relevant, tolerable, correction=" ".join(labels))


def _by_people_and_categories(stored: Stored) -> Iterator[Judged]:
    for name in sorted({course.teacher for course in stored.courses.values()})[:TEACHERS]:
        yield Judged(name, _where(stored, lambda course, name=name: course.teacher == name))
    for name in CATEGORIES:
        yield Judged(name, _where(stored, lambda course, name=name: course.category == name))


def _by_price(stored: Stored) -> Iterator[Judged]:
    for text, fits in PRICES.items():
        yield Judged(text, _where(stored, lambda course, fits=fits: fits(course.price)))
    cheap = _where(stored, lambda course: course.price <= 100)
    yield Judged("爬虫 100以内", _about(stored, "爬虫") & cheap, _telling(stored, "爬虫") & cheap)
    yield Judged("python 50-100元", _about(stored, "Python") & _where(stored, _fifty_to_hundred))


def _fifty_to_hundred(course: GeneratedCourse) -> bool:
    return 50 <= course.price <= 100


def _by_exact_name(stored: Stored) -> Iterator[Judged]:
    """Spaces apart: whether one stands between Chinese and Latin letters is a matter of taste."""
    by_name = _grouped((plain(course.name), pk) for pk, course in stored.courses.items())
    step = max(1, len(stored.courses) // EXACT_NAMES)
    for wanted in list(stored.courses.values())[::step][:EXACT_NAMES]:
        same = by_name[plain(wanted.name)]
        yield Judged(wanted.name, same, first=same)


def _about(stored: Stored, *labels: str) -> frozenset[int]:
    return frozenset.intersection(*(stored.by_label.get(label, frozenset()) for label in labels))


def _telling(stored: Stored, *labels: str) -> frozenset[int]:
    """Those that are about one of the words and at least mention the others."""
    about_one = frozenset().union(*(_about(stored, label) for label in labels))
    return frozenset(
        pk for pk in about_one if all(stored.courses[pk].tells_of(label) for label in labels)
    )


def _where(stored: Stored, fits: Callable[[GeneratedCourse], bool]) -> frozenset[int]:
    return frozenset(pk for pk, course in stored.courses.items() if fits(course))


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for key, pk in pairs:
        groups[key].add(pk)
    return {key: frozenset(ids) for key, ids in groups.items()}
