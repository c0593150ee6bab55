"""E-mail (RFC 5322) as agencies and press offices send stories: its plain text, or else its HTML."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from itertools import islice

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, FieldValue, assemble
from wirematch.formats.markup import plain
from wirematch.formats.times import published
from wirematch.models import Kind

MOST_PARTS = 200
MOST_LINES = 150_000
"""More lines than eight megabytes of attachment have."""
MOST_AROUND = 32
"""Maximum mentions of container types, and so the maximum nesting of parts."""
MOST_DELIMITERS = 2_000
"""Maximum number of lines that may end a part."""
LONGEST_HEADER, LONGEST_OF_PART = 4_000, 1_000
"""Maximum size, in bytes, of a header that is read: the message's, and each part's."""
_NAME = "e-mail"
_HOLDS_OTHERS = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
_DELIMITER = re.compile(rb"^--", re.MULTILINE)
_FIELD = re.compile(
    rb"^(?:from|date|subject|message-id|(content-[a-z-]+))[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
"""The header fields that are read, with their folded lines."""
_SIGNATURE = re.compile(r"^--(?P<marked> ?)$", re.MULTILINE)
_LONGEST_SIGNATURE = 20
"""Lines with text in a signature; its usual bound of four is often exceeded."""
_FLOWED = re.compile(r" \n(?=[^\n])")
"""A line end that RFC 3676 has only for sending."""
_EMPTY_LINES = re.compile(r"\n(?:[ \t>]*\n)+")
_NARROWEST, _WIDEST = 50, 80
_LEAST_LINES, _MOST_LINES = 3, 0.8
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:")


def looks_like_it(text: str) -> bool:
    """Whether the beginning of a text is that of a message: headers, with From and Date among them."""
    headers = text.replace("\r", "").partition("\n\n")[0].splitlines()
    named = {line.partition(":")[0].lower() for line in headers if _HEADER.match(line)}
    folded = sum(1 for line in headers if line[:1] in {" ", "\t"})
    return {"from", "date"} <= named and sum(map(bool, map(_HEADER.match, headers))) + folded >= len(headers) - 1


def parse(content: bytes) -> list[Document]:
    """Parse the message's story. Raises InvalidDocumentError if it has no text, or is not a message."""
    _refuse_costly(content)
    try:
        # The standard library raises errors of every kind for broken headers and charsets.
        return [_document(message_from_bytes(content, policy=default))]
    except InvalidDocumentError:
        raise
    except Exception as error:
        raise InvalidDocumentError(f"is not readable {_NAME}: {type(error).__name__}") from error


def _refuse_costly(content: bytes) -> None:
    """Refuse what would take the standard library minutes or gigabytes.

    It checks each line against the boundaries of all enclosing parts, and parses a header in quadratic time.
    """
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if content.count(b"\n") > MOST_LINES:
        raise _unreadable(f"it has more than {MOST_LINES:,} lines")
    around = _more_than(_HOLDS_OTHERS, content, 0)
    if _more_than(_HOLDS_OTHERS, content, MOST_AROUND) or (around and _more_than(_DELIMITER, content, MOST_DELIMITERS)):
        raise _unreadable(f"it has more than {MOST_PARTS} parts")
    for field in _FIELD.finditer(content):
        most = LONGEST_OF_PART if field[1] else LONGEST_HEADER
        if len(field[0]) > most:
            raise _unreadable(f"a header has more than {most:,} bytes")


def _more_than(pattern: re.Pattern[bytes], content: bytes, most: int) -> bool:
    return next(islice(pattern.finditer(content), most, None), None) is not None


def _unreadable(why: str) -> InvalidDocumentError:
    return InvalidDocumentError(f"is not readable {_NAME}: {why}")


def _written(text: str, part: MIMEPart) -> str:
    """Return a plain text without its signature, with the paragraphs that were wrapped for sending joined again."""
    text = _without_signature(text)
    parameters = part["content-type"].params if part["content-type"] is not None else {}
    if str(parameters.get("format", "")).lower() == "flowed":
        deleted = str(parameters.get("delsp", "")).lower() == "yes"
        text = _FLOWED.sub("" if deleted else " ", text)
    elif _is_wrapped(text):
        text = "\n\n".join(" ".join(paragraph.split()) for paragraph in _EMPTY_LINES.split(text))
    return text.strip()


def _without_signature(text: str) -> str:
    """Return the text above the last line that begins a signature (RFC 3676), unless a story stands below it, too.

    The blank that ends such a line is often lost; several lines without it divide a digest.
    """
    lines = list(_SIGNATURE.finditer(text))
    marked = [line for line in lines if line["marked"]]
    if not marked and len(lines) != 1:
        return text
    last = (marked or lines)[-1]
    above, below = text[: last.start()], text[last.end() :]
    long = sum(1 for line in below.splitlines() if line.strip()) > _LONGEST_SIGNATURE
    return text if long or len(below) > len(above) else above


def _is_wrapped(text: str) -> bool:
    """Whether paragraphs are cut into lines of one width: no line is longer than mail has been wrapped at, and nearly
    every line that another one follows is nearly that long.
    """
    lines = [line for paragraph in _EMPTY_LINES.split(text) for line in paragraph.split("\n")[:-1] if line.strip()]
    if len(lines) < _LEAST_LINES or max(map(len, text.split("\n"))) > _WIDEST:
        return False
    return sum(len(line) >= _NARROWEST for line in lines) >= _MOST_LINES * len(lines)


def _document(message: EmailMessage) -> Document:
    if not message.keys():
        raise InvalidDocumentError(f"is not {_NAME}", [Fault("the document", "it has no headers")])
    if sum(1 for _ in message.walk()) > MOST_PARTS:
        raise _unreadable(f"it has more than {MOST_PARTS} parts")

    def header(name: str) -> FieldValue | None:
        said = " ".join(str(message.get(name, "")).split())
        return FieldValue(said, f"header {name}") if said else None

    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        kinds = ", ".join(
            sorted({inner.get_content_type() for inner in message.walk() if not inner.is_multipart()})[:5]
        )
        fault = Fault("the document", f"it has no text, only {kinds or 'nothing'}; send what is attached by itself")
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", [fault])
    text = str(part.get_content()).replace("\r\n", "\n")
    marked = part.get_content_subtype() == "html"
    text = plain(text.strip(), marked=True) if marked else plain(_written(text, part))
    time, local = published(header("Date"))
    sender = message.get("From")
    addresses = getattr(sender, "addresses", ())
    name = addresses[0].display_name or addresses[0].domain if addresses else None
    message_id = header("Message-ID")
    return assemble(
        _NAME,
        {
            "id": message_id and FieldValue(message_id.value.strip("<>"), message_id.place),
            "headline": header("Subject"),
            "body": FieldValue(text, "the text"),
            "source": FieldValue(name, "header From") if name else None,
            "language": header("Content-Language"),
            "published_at": time,
            "kind": FieldValue(Kind.WIRE, "the document"),
        },
        {"published_local": local},
        root="the text",
    )
