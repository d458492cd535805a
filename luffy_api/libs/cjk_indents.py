"""The two wide blanks (U+3000) with which Chinese paragraphs begin, in Markdown.

CommonMark takes blanks and tabs from the ends of a paragraph. markdown-it-py takes whatever Python
calls a space, so that the first line stood flush and the following ones stayed indented.
"""

from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

WIDE_BLANK = "\u3000"


def kept(parser: MarkdownIt) -> MarkdownIt:
    """The parser, which leaves them where they are."""
    parser.core.ruler.after("block", "wide_indents", _restore)
    return parser


def _restore(state: StateCore) -> None:
    lines = state.src.split("\n")
    for opening, text in pairwise(state.tokens):
        if opening.type == "paragraph_open" and text.map is not None:
            text.content = _indent(lines[text.map[0]], text.content) + text.content


def _indent(line: str, content: str) -> str:
    """The wide blanks between what begins the line, such as `> `, and its text."""
    first = content.partition("\n")[0].rstrip()
    before = line.rstrip().removesuffix(first)
    return before[len(before.rstrip(WIDE_BLANK)) :]
