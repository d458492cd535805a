"""X.509 certificates in the texts that admins paste: found, however the file was saved."""

import base64
import re
import ssl

from luffy_api.libs.payment_settings.rsa_keys import NOISE

BLOCK = re.compile(r"-{3,}BEGIN CERTIFICATE-{3,}(.*?)-{3,}END CERTIFICATE-{3,}", re.DOTALL)


class BadCertificate(ValueError):
    """A text that is not the expected certificate; the message is for the admin."""


def certificate_blocks(text: str, title: str) -> list[str]:
    """Every certificate of a text as PEM with lines of 64 characters.

    However it was saved. Raises BadCertificate without any; `title` names it in the message.
    """
    if "PRIVATE KEY" in text:
        raise BadCertificate(f"这里应填{title}，填的却是一把私钥，请核对是否填反了位置")
    unfolded = text.replace("\\r", "").replace("\\n", "\n")
    try:
        bodies = [NOISE.sub("", body) for body in BLOCK.findall(unfolded)]
        pems = [ssl.DER_cert_to_PEM_cert(base64.b64decode(b, validate=True)) for b in bodies]
    except ValueError as error:
        raise unreadable(title) from error
    if not pems:
        raise unreadable(title)
    return [pem.strip() for pem in pems]


def unreadable(title: str) -> BadCertificate:
    """For what is no certificate at all; `title` names the wanted one."""
    return BadCertificate(
        f"这里的{title}无法识别，请完整填写 .crt 文件的内容（从 BEGIN CERTIFICATE 一行开始）"
    )
