"""E-mail (RFC 5322) as agencies and press offices send stories: its text, or its HTML where it has no text."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, Found, assemble
from wirematch.formats.markup import plain
from wirematch.formats.times import published
from wirematch.models import Kind

MOST_PARTS = 200
_NAME = "e-mail"
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:")


def looks_like_it(text: str) -> bool:
    """Whether the beginning of a text is that of a message: headers, and among them who sent it."""
    headers = text.replace("\r", "").partition("\n\n")[0].splitlines()
    named = {line.partition(":")[0].lower() for line in headers if _HEADER.match(line)}
    folded = sum(1 for line in headers if line[:1] in {" ", "\t"})
    return {"from", "date"} <= named and sum(map(bool, map(_HEADER.match, headers))) + folded >= len(headers) - 1


def parse(content: bytes) -> list[Document]:
    """The message's story; InvalidDocumentError when it has no text, or is none."""
    try:
        # The standard library meets broken headers and charsets with errors of every kind.
        return [_document(message_from_bytes(content, policy=default))]
    except InvalidDocumentError:
        raise
    except Exception as error:
        raise InvalidDocumentError(f"is no {_NAME} that can be read: {type(error).__name__}") from error


def _document(message: EmailMessage) -> Document:
    if not message.keys():
        raise InvalidDocumentError(f"is no {_NAME}", [Fault("the document", "it has no headers")])
    if sum(1 for _ in message.walk()) > MOST_PARTS:
        raise InvalidDocumentError(f"is no {_NAME} that can be read: it has more than {MOST_PARTS} parts")

    def header(name: str) -> Found | None:
        said = " ".join(str(message.get(name, "")).split())
        return Found(said, f"header {name}") if said else None

    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        kinds = ", ".join(
            sorted({inner.get_content_type() for inner in message.walk() if not inner.is_multipart()})[:5]
        )
        fault = Fault("the document", f"it has no text, only {kinds or 'nothing'}; send what is attached by itself")
        raise InvalidDocumentError(f"is no {_NAME} that can be compared", [fault])
    text = str(part.get_content()).replace("\r\n", "\n").strip()
    text = plain(text, marked=part.get_content_subtype() == "html")
    time, local = published(header("Date"))
    sender = message.get("From")
    addresses = getattr(sender, "addresses", ())
    name = addresses[0].display_name or addresses[0].domain if addresses else None
    message_id = header("Message-ID")
    return assemble(
        _NAME,
        {
            "id": message_id and Found(message_id.value.strip("<>"), message_id.place),
            "headline": header("Subject"),
            "body": Found(text, "the text"),
            "source": Found(name, "header From") if name else None,
            "language": header("Content-Language"),
            "published_at": time,
            "kind": Found(Kind.WIRE, "the document"),
        },
        {"published_local": local},
        root="the text",
    )
