"""Web addresses in texts that people type, and in those that hide them.

Programs are talked about here, and their names look like addresses: `java.io`, `self.name`,
`a.py`. So there are two questions: what is an address for certain, and what may be one, so that
somebody should read it. Endings are those of the Public Suffix List (publicsuffix.org).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from publicsuffixlist import PublicSuffixList

from luffy_api.common.readable_text import BLANK

# Endings of names that are addresses wherever they stand.
_SURE = "com|cn|xyz|vip|icu|中国|公司|网络|网址"
# Endings of files are no addresses; what programs call attributes is none by itself.
_OF_FILES = frozenset(("py", "rs", "sh", "md", "pl", "so", "ps", "zip", "cat"))
_ATTRIBUTES = frozenset({
    *("int", "map", "name", "run", "show", "date", "now", "call", "select", "style", "click"),
    *("id", "is", "in"),
})  # fmt: skip
# What stands before the point in programs.
_NAMES = (
    "self|this|that|root|row|data|obj|user|req|res|request|response|config|node|item|event|math"
    "|time|sys|java|javax|kotlin|scala|system|socket|std|asp|vb|ado|img|rect|log|logger|logging"
    "|console|window|document|page|form|state|props|session|model|player|result|app|express|router"
    "|vue|vuex|react|redux|flask|django|stack|heap|queue|deque|list|style|css|el|elem|element|box"
    "|parent|offset|margin|position|view"
)
# With a scheme, with www., a name under these endings, or a number with a port or path. Chinese
# letters may stand right before and behind: 加example.com领资料.
_CERTAIN = re.compile(
    r"[a-z][a-z0-9+-]*://\S*|www\.\S*"
    rf"|(?:(?<![a-z0-9.-])(?:[a-z0-9-]+[.。])+|[^\W\da-z_]{{1,10}}\.)(?:{_SURE})(?![a-z0-9])"
    r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+|/[a-z])"
)
_DOTTED = re.compile(
    rf"(?<![a-z0-9_.-])(?!(?:{_NAMES}|com|org|net|io|cn)\.)((?:[a-z0-9-]+[.。])+[a-z]{{2,}})(?![a-z0-9_-]|\.[a-z])"
    r"(?P<path>(?::\d+)?[/?](?:[^\W_]|\s|$))?(?P<program>_|/|\s*[*%=<>(\[])?"
)
# A word before a name that says what it is.
_OF_LANGUAGE = re.compile(r"\b(?:import|from|using|package|include|namespace|require)[\s(\"'<]*$")
# A number by itself may be a version, but no mask of a network.
_NUMBERED = re.compile(r"(?<![\w.])(?!255\.)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
# How a point is written by whoever hides it.
_HIDDEN_POINT = re.compile(
    r"(?<=[a-z0-9])\s*(?:[\[(【（{]\s*(?:\.|点|dot)\s*[\])】）}]|点|\bdot\b)\s*(?=[a-z])"
)
# Where somebody tries out a program of their own.
_OWN_MACHINE = re.compile(
    r"(?<![\w.@-])(?:https?://)?(?:localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}"
    r"|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?::\d{1,5})?"
    r"(?![a-z0-9_.@:-])"
)
# Format characters and marks, which may stand unseen inside a name.
_UNSEEN = frozenset({"Cf", "Mn"})
# Cyrillic and Greek letters that are drawn like Latin ones.
_ALIKE = str.maketrans("асеорхуіѕјԁԛӏһкмтвнοανρ", "aceopxyisjdqlhkmtbhoavp")


def certain_link(text: str) -> str:
    """The first web address in a text, as far as it is seen; blank without one."""
    seen = _seen(text)
    if found := _CERTAIN.search(seen):
        return found.group()
    with_path = (name for name, path in _names(seen) if path and _ending(name) not in _ATTRIBUTES)
    return next(with_path, "")


def may_have_link(text: str) -> bool:
    """Whether a text has an address, or something that looks like one."""
    seen = _HIDDEN_POINT.sub(".", _seen(text))
    if _CERTAIN.search(seen) or _NUMBERED.search(seen):
        return True
    return any(path or _ending(name) not in _ATTRIBUTES for name, path in _names(seen))


def _seen(text: str) -> str:
    """A text as it looks: in half width and lower case, without hidden characters."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    kept = (each for each in folded if each not in BLANK)
    seen = "".join(each for each in kept if unicodedata.category(each) not in _UNSEEN)
    return _OWN_MACHINE.sub(" ", seen)


def _names(seen: str) -> Iterator[tuple[str, bool]]:
    """Names under an ending that there is, and whether a path follows."""
    for found in _DOTTED.finditer(seen):
        name = found[1].replace("。", ".")
        is_program = found["program"] or _OF_LANGUAGE.search(seen, 0, found.start())
        if is_program or _ending(name) in _OF_FILES:
            continue
        registered = _suffixes().privatesuffix(name) or ""
        if len(registered.partition(".")[0]) >= (1 if found["path"] else 3):
            yield name, bool(found["path"])


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)
