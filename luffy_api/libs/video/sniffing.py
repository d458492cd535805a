"""What a file is by its first bytes, whatever its name says."""

SNIFF_BYTES = 64
FLV_HEADER = b"FLV\x01"
# The first box of an mp4 holds its brand and the compatible ones, four bytes each.
LARGEST_FTYP = 1024
# Pictures (HEIF, AVIF) and sound share the container with films.
NO_FILMS = (b"heic", b"heix", b"mif1", b"avif", b"avis", b"M4A ", b"M4B ", b"crx ")


def sniff(head: bytes) -> str | None:
    """`mp4`, `flv`, or None for everything else.

    Only a beginning counts: a page or an archive that carries a film further behind is not one.
    """
    if head.startswith(FLV_HEADER):
        return "flv"
    return "mp4" if _is_mp4(head) else None


def _is_mp4(head: bytes) -> bool:
    if len(head) < 16 or head[4:8] != b"ftyp":
        return False
    size, brand = int.from_bytes(head[:4], "big"), head[8:12]
    printable = all(0x20 <= byte < 0x7F for byte in brand)
    return 16 <= size <= LARGEST_FTYP and size % 4 == 0 and printable and brand not in NO_FILMS
