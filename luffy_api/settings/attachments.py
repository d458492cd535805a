"""Kinds of files that a course may have as its attachment (课件), by suffix.

None is shown by a browser as a page of the shop: no HTML, no SVG. Source of web pages is a
download, since the storage has no content type for it.
"""

_ZIP = (b"PK\x03\x04",)
# Office before 2007.
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)

# What such a file begins with, any of them.
ATTACHMENT_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    # Office, WPS, LibreOffice, mind maps, books
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".ppsx", ".vsdx"), _ZIP),
    **dict.fromkeys((".doc", ".xls", ".ppt", ".pps", ".wps", ".et", ".dps"), _OLE),
    **dict.fromkeys((".odt", ".ods", ".odp", ".xmind", ".epub"), _ZIP),
    **dict.fromkeys((".key", ".pages", ".numbers"), _ZIP),
    ".rtf": (b"{\\rtf",),
    # Archives
    ".zip": _ZIP,
    ".rar": (b"Rar!\x1a\x07",),
    ".7z": (b"7z\xbc\xaf\x27\x1c",),
    **dict.fromkeys((".gz", ".tgz"), (b"\x1f\x8b",)),
    ".bz2": (b"BZh",),
    ".xz": (b"\xfd7zXZ\x00",),
    # Drawings
    ".psd": (b"8BPS",),
    ".dwg": (b"AC10",),
    # Pictures
    ".png": (b"\x89PNG",),
    **dict.fromkeys((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    ".gif": (b"GIF8",),
    ".webp": (b"RIFF",),
    # Sound: MPEG with or without ID3 in front, MP4, RIFF
    ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"),
    ".m4a": (b"\0\0\0",),
    ".wav": (b"RIFF",),
}
ATTACHMENT_TEXTS = {
    *(".txt", ".md", ".csv", ".sql", ".json", ".yaml", ".yml", ".toml", ".srt", ".tex"),
    # Notebooks of Jupyter, and source code
    *(".ipynb", ".py", ".r", ".m", ".java", ".kt", ".swift", ".go", ".rs", ".php", ".rb"),
    *(".c", ".h", ".cpp", ".cs", ".sh", ".bat", ".ps1", ".lua", ".dart", ".scala", ".xml", ".ini"),
    # Source of web pages
    *(".js", ".mjs", ".ts", ".jsx", ".tsx", ".vue", ".css", ".scss", ".less"),
}
