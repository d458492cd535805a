"""Forms of the back office that two people have open at once: nothing is overwritten in silence.

A form carries a digest of each value that it showed (`snapshots`). When it is sent, each field that
holds another value by now is told with who changed it, and waits for a decision: theirs or mine
(`forms`). `admin` brings this to the pages of a ModelAdmin: form, inline rows, editable lists.
"""
