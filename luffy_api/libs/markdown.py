"""Markdown of the back office as HTML that is safe to show, by markdown-it-py and nh3."""

import re
from collections.abc import Callable, Sequence
from itertools import chain

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from luffy_api.libs import cjk_emphasis, cjk_indents
from luffy_api.libs.rich_text import pictures
from luffy_api.libs.rich_text.headings import below_title

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "em", "s", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "code": {"class"},
}
# What documents have besides: formulas, tasks, footnotes.
RICH_TAGS = TAGS | {"span", "div", "input", "section", "sup"}
RICH_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": ATTRIBUTES["a"] | {"id"},
    "span": {"class"},
    "div": {"class"},
    "ul": {"class"},
    "li": {"id", "class"},
    "section": {"class"},
    "input": {"type", "checked", "disabled"},
}
SCHEMES = {"http", "https", "mailto"}
LANGUAGE = re.compile(r"language-[\w+-]{1,20}", re.ASCII)
# What the page of learning knows of: formulas, which it draws, and the rest in its styles.
CLASSES = {"math", "math math--block", "contains-task-list", "task-list-item", "footnotes"}
FOOTNOTE = re.compile(r"fn(ref)?-[a-z]{1,10}-[0-9]{1,6}(:[0-9]{1,6})?", re.ASCII)


def to_html(markdown: str) -> str:
    """Safe HTML of Markdown with tables; HTML in it is shown as text, not run."""
    return _clean(render(markdown), TAGS, ATTRIBUTES)


def render(markdown: str) -> str:
    """HTML that is not safe yet: its links and pictures lead wherever they were written to lead."""
    return str(_parser().render(markdown))


def document_to_html(markdown: str, *, part: str) -> str:
    """The same for lessons, with formulas, lists of tasks and footnotes.

    A formula is an element of the class `math` with its TeX as text; the page draws it. Footnotes
    of two texts on one page are told apart by `part`, a word of Latin letters.
    """
    parser = _parser()
    # Within a line `$$x$$` is a formula, too, as in other programs.
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
    parser.use(tasklists_plugin, enabled=False).use(footnote_plugin, inline=False)
    for kind in ("math_inline", "math_inline_double"):
        parser.add_render_rule(kind, _formula)
    parser.add_render_rule("math_block", _block_formula)
    return _clean(parser.render(markdown, {"docId": part}), RICH_TAGS, RICH_ATTRIBUTES)


def _parser() -> MarkdownIt:
    parser = cjk_indents.kept(cjk_emphasis.friendly(MarkdownIt("commonmark")))
    # What is typed in lines is shown in lines, as a text without Markdown is.
    parser.options["breaks"] = True
    return parser.enable(["table", "strikethrough"])


def _formula(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<span class="math">{escapeHtml(tokens[index].content)}</span>'


def _block_formula(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<div class="math math--block">{escapeHtml(tokens[index].content.strip())}</div>\n'


def _clean(html: str, tags: set[str], attributes: dict[str, set[str]]) -> str:
    cleaned = nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        attribute_filter=_only_ours,
    )
    return below_title(cleaned.strip())


def _only_ours(tag: str, attribute: str, value: str) -> str | None:
    """Classes and names that our renderer gives, and pictures of ours."""
    if attribute == "class":
        known = LANGUAGE.fullmatch(value) if tag == "code" else value in CLASSES
        return value if known else None
    if attribute == "id":
        return value if FOOTNOTE.fullmatch(value) else None
    if attribute == "type":
        return value if value == "checkbox" else None
    return pictures.shown(value) if (tag, attribute) == ("img", "src") else value


def own_text_to_html(markdown: str, *, picture_url: Callable[[str], str]) -> str:
    """HTML of a Chinese text that comes with the program; `picture_url(path)` for its pictures.

    Its lines end between Chinese characters, where a browser would show a space.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in chain.from_iterable(token.children or () for token in tokens):
        if token.type == "image":
            token.attrSet("src", picture_url(str(token.attrGet("src"))))
            token.attrSet("loading", "lazy")
        elif token.type == "softbreak":
            token.type = "text"
    return str(parser.renderer.render(tokens, parser.options, {}))
