"""The text of a certificate in codes that programs read: those of the letters in the font itself.

Imports fpdf2, so only `certificate_drawing` imports it, when it draws.

For a font with CID-keyed PostScript outlines fpdf2 numbers the letters in the order of their use
and embeds a table from these numbers to the letters' own (CIDs). Viewers follow it; programs that
extract texts, as search engines and archives do, know no table but Identity-H, for which number and
CID are the same, and find nothing.
"""

from typing import TYPE_CHECKING, Any

from fpdf.fonts import SubsetMap
from fpdf.output import OutputProducer
from fpdf.syntax import Name

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import Glyph


class CidMap(SubsetMap):
    """The letters that are used, each with its CID as its code."""

    def __init__(self, font: Any) -> None:
        super().__init__(font)
        # Without what fpdf2 reserves: these codes are CIDs of other letters.
        self._char_id_per_glyph = {}

    def pick_glyph(self, glyph: "Glyph | None") -> int | None:
        """The CID of a letter; two characters that look the same have one."""
        if glyph is None:
            return None
        cid = int(glyph.glyph_name.removeprefix("cid"))
        if cid not in self._char_id_per_glyph.values():
            self._char_id_per_glyph[glyph] = cid
        return cid


class IdentityOutput(OutputProducer):
    """Says of each font that its codes are CIDs."""

    def _add_fonts(self, *arguments: Any, **options: Any) -> Any:
        found: Any = super()._add_fonts(*arguments, **options)
        for font in found.values():
            font.encoding = Name("Identity-H")
        return found


def use_cids(pdf: "FPDF", family: str) -> None:
    """Write texts of a font, which is CID-keyed, by CIDs; the output is an IdentityOutput then."""
    font: Any = pdf.fonts[family.lower()]
    font.subset = CidMap(font)
