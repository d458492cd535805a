"""Texts that staff write: HTML of the editor, or Markdown. See docs/decisions/0051.

`formats` is what the shop calls; `cleaning` holds the allow-list, `pictures` the addresses.
"""
