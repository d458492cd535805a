"""Validators for uploaded pictures and downloads, by content and by suffix."""

import warnings
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler
from PIL import Image

# Suffixes allowed for each of Pillow's formats.
PICTURES = {
    "JPEG": {".jpg", ".jpeg"},
    "PNG": {".png"},
    "WEBP": {".webp"},
    "GIF": {".gif"},
}
PDF = b"%PDF-"
# The trailer, and what some programs add behind it.
PDF_TAIL = 2048
HEAD = 4096


def check_picture(file: "File[Any]") -> None:
    """Accepts a JPEG, PNG, WebP or GIF within IMAGE_MAX_BYTES and IMAGE_MAX_PIXELS.

    Raises ValidationError. Reads header and checksums only: pixels are never decoded.
    """
    _check_size(file, settings.IMAGE_MAX_BYTES)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=tuple(PICTURES))
            pixels, kind = image.width * image.height, image.format or ""
            image.verify()
    except Exception as error:
        # Pillow's decoders raise many kinds of exceptions for a corrupt file.
        raise ValidationError("图片无法识别，请使用 JPG、PNG、WebP 或 GIF") from error
    finally:
        file.seek(0)
    if pixels > settings.IMAGE_MAX_PIXELS:
        raise ValidationError("图片尺寸过大，请缩小后再上传")
    if _suffix(file) not in PICTURES[kind]:
        raise ValidationError("图片内容与文件名的后缀不符")


def check_download(file: "File[Any]") -> None:
    """Accepts a file of ATTACHMENT_SIGNATURES or ATTACHMENT_TEXTS within ATTACHMENT_MAX_BYTES.

    Raises ValidationError.
    """
    _check_size(file, settings.ATTACHMENT_MAX_BYTES)
    suffix = _suffix(file)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    signatures, texts = settings.ATTACHMENT_SIGNATURES, settings.ATTACHMENT_TEXTS
    if suffix in texts:
        if b"\0" in head:
            raise ValidationError("文件内容不是文本")
    elif suffix not in signatures:
        known = "、".join(sorted(name[1:] for name in {*signatures, *texts}))
        raise ValidationError(f"不支持该格式，请使用 {known}")
    elif not head.startswith(signatures[suffix]):
        raise ValidationError("文件内容与文件名的后缀不符")


def check_pdf(file: "File[Any]") -> None:
    """Accepts a whole PDF within INVOICE_MAX_BYTES. Raises ValidationError.

    Header and trailer are looked at (ISO 32000-1, 7.5): a picture, a page or an OFD file that was
    renamed and a download that broke off are refused. What is on the pages is not read.
    """
    _check_size(file, settings.INVOICE_MAX_BYTES)
    file.seek(0)
    head = file.read(len(PDF))
    file.seek(max(0, file.size - PDF_TAIL))
    tail = file.read(PDF_TAIL)
    file.seek(0)
    if head != PDF or b"startxref" not in tail or b"%%EOF" not in tail:
        raise ValidationError("文件不是完整的 PDF，请重新下载发票后再上传")


def check_receipt(file: "File[Any]") -> None:
    """Accepts a picture like `check_picture` or a PDF like `check_pdf`. Raises ValidationError."""
    if _suffix(file) == ".pdf":
        check_pdf(file)
    else:
        check_picture(file)


class LimitedUploadHandler(FileUploadHandler):
    """Refuses a form by its Content-Length, before the body is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Hook of Django. Raises RequestDataTooBig above FORM_MAX_BYTES."""
        if content_length > settings.FORM_MAX_BYTES:
            raise RequestDataTooBig("the form is larger than FORM_MAX_BYTES")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Passes the bytes on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the file to the next handler."""


def _check_size(file: "File[Any]", limit: int) -> None:
    if not file.size:
        raise ValidationError("文件是空的")
    if file.size > limit:
        raise ValidationError(f"文件不能超过 {limit // 1024**2} MB")


def _suffix(file: "File[Any]") -> str:
    return PurePosixPath(file.name or "").suffix.lower()
