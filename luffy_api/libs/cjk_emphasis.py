"""Bold and italics beside Chinese punctuation, which CommonMark leaves as asterisks.

By CommonMark a mark of emphasis behind punctuation closes only before a blank or more punctuation,
and Chinese has no blanks between words: `**重点：**请看` stays as it is. This is the rule of
https://github.com/tats-u/markdown-cjk-friendly: punctuation of Chinese is a character like others,
and beside a Chinese character a mark may open or close whatever stands on its other side.
"""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

# Punctuation, letters and signs of Chinese, Japanese and Korean, full-width forms, and the quotes
# and dashes that they share with others.
CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff\u2018\u2019\u201c\u201d\u2014\u2026]"
)
BLANK = " "


def friendly(parser: MarkdownIt) -> MarkdownIt:
    """The parser, with this rule; call it before rules are enabled or plugins used."""
    parser.inline = _Inline()
    return parser.configure("commonmark", {"html": False})


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Whether the marks from `start` on may open or close emphasis, and how many they are."""
        marker, end = self.src[start], start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else BLANK
        behind = self.src[end] if end < self.posMax else BLANK
        opens, closes = _flanks(behind, before), _flanks(before, behind)
        can_open = opens and (canSplitWord or not closes or _is_punctuation(before))
        can_close = closes and (canSplitWord or not opens or _is_punctuation(behind))
        return Scanned(can_open, can_close, end - start)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """As the parent does, with a state of ours."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        rules: Sequence[Any] = self.ruler2.getRules("")
        for rule in rules:
            rule(state)
        return state.tokens


def _flanks(inside: str, outside: str) -> bool:
    """Whether a mark between the two may belong to the text on the side of `inside`."""
    if isWhiteSpace(ord(inside)):
        return False
    if CJK.match(inside) or not _is_punctuation(inside):
        return True
    free = isWhiteSpace(ord(outside)) or _is_punctuation(outside)
    return free or bool(CJK.match(outside))


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
