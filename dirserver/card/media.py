# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos, logos, sounds and keys: their octets, in the encoding of either version, or out of the Card by content hash.

Out of the Card, the value of a property is a reference: ``blob:sha256-`` and 64 hex digits, in 4.0 followed by ";" and the
media type as it was spelled. Parameters stay as they were. Only the store puts references into a Card: ``card.validate``
refuses one that a client sends, else it could fetch anybody's photo by its hash.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from dirserver.card.card import Card, Parameter, Property, Version

MEDIA_KEYS = frozenset({"PHOTO", "LOGO", "SOUND"})
"""Properties whose octets move out of the Card."""
OCTET_KEYS = MEDIA_KEYS | {"KEY"}
"""Properties that may hold octets."""

REFERENCE = "blob:sha256-"
_REFERENCE = re.compile(r"blob:sha256-([0-9a-f]{64})(?:;(.*))?", re.DOTALL)
# A URI's comma and semicolon need no backslash; Thunderbird writes one before the comma, others before both.
_DATA_URI = re.compile(r"data:([^,]*?)(\\?;base64)?\\?,(.*)", re.IGNORECASE | re.DOTALL)
_BINARY = frozenset({"b", "base64"})
_TOP_TYPE = {"PHOTO": "image", "LOGO": "image", "SOUND": "audio", "KEY": "application"}
# vCard 3.0 names a format by one word (RFC 2426 section 3.1.4), 4.0 by a media type.
_MEDIA_TYPES = {
    "JPEG": "image/jpeg", "JPG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "TIFF": "image/tiff",
    "BMP": "image/bmp", "HEIC": "image/heic", "WAVE": "audio/wav", "WAV": "audio/wav", "BASIC": "audio/basic", "MP3": "audio/mpeg",
    "AAC": "audio/aac", "OGG": "audio/ogg", "X509": "application/pkix-cert", "PGP": "application/pgp-keys",
}  # fmt: skip
_WORDS = {media: word for word, media in reversed(_MEDIA_TYPES.items())}
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)
_STANDARD = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Media:
    """Octets by their hash: ``digest`` is SHA-256 in lower-case hex."""

    digest: str
    media_type: str
    data: bytes


def is_binary(each: Property) -> bool:
    """Tell whether the value is base64 after the manner of 3.0 (ENCODING=b; BASE64 as old clients say)."""
    for parameter in each.params:
        name = parameter.name.upper()
        if name == "ENCODING" and parameter.values and parameter.values[0].lower() in _BINARY:
            return True
        if not parameter.values and name == "BASE64":
            return True
    return False


def reference_of(each: Property) -> str | None:
    """Return the digest that the property refers to, or None when it isn't a reference."""
    if not each.value.startswith(REFERENCE) or each.key not in MEDIA_KEYS:
        return None
    found = _REFERENCE.fullmatch(each.value)
    return found[1] if found is not None else None


def octets_of(each: Property) -> bytes | None:
    """Return the octets that stand in the property itself; None for a link, a reference, or what isn't base64."""
    if each.value[:5].lower() == "data:":
        found = _DATA_URI.fullmatch(each.value)
        if found is None:
            return None
        return decode_base64(found[3]) if found[2] else unquote_to_bytes(found[3])
    if is_binary(each) and not each.value.startswith(REFERENCE):
        return decode_base64(each.value)
    return None


def decode_base64(text: str) -> bytes | None:
    """Return the octets of base64 text; blanks, URL-safe letters and missing padding are forgiven, anything else is None."""
    if not _STANDARD.fullmatch(text):
        text = "".join(text.split()).replace("-", "+").replace("_", "/").replace("\\n", "")
    missing = -len(text) % 4
    if missing:
        text += "=" * missing
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def media_type_of(each: Property, data: bytes = b"") -> str:
    """Return the media type: what the property says, else what the first octets show."""
    if each.value[:5].lower() == "data:":
        found = _DATA_URI.fullmatch(each.value)
        if found is not None and found[1]:
            return found[1].partition(";")[0].strip().lower()
    referred = _REFERENCE.fullmatch(each.value) if each.value.startswith(REFERENCE) else None
    if referred is not None and referred[2]:
        return referred[2].partition(";")[0].strip().lower()
    stated = each.param("MEDIATYPE") or ""
    for word in (stated, *_type_words(each)):
        if "/" in word:
            return word.lower()
        known = _MEDIA_TYPES.get(word.upper())
        if known is not None:
            return known
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    word = next(iter(_type_words(each)), "")
    top = _TOP_TYPE.get(each.key, "application")
    if word and re.fullmatch(r"[A-Za-z0-9.+-]+", word):
        return f"{top}/{word.lower()}"
    return "image/jpeg" if top == "image" else "application/octet-stream"


def _type_words(each: Property) -> tuple[str, ...]:
    words: list[str] = []
    for parameter in each.params:
        if parameter.name.upper() == "TYPE":
            words.extend([word for word in parameter.values if word.lower() not in {"pref", "home", "work"}])
    return tuple(words)


def type_word(media_type: str) -> str:
    """Return 3.0's word for a media type."""
    known = _WORDS.get(media_type.lower())
    return known if known is not None else media_type.rpartition("/")[2].upper()


def inline(name: str, version: Version, media_type: str, data: bytes) -> Property:
    """Return a new property with ``data`` in it, encoded as ``version`` does."""
    text = base64.b64encode(data).decode("ascii")
    if version is Version.V3:
        return Property(name, text, None, (Parameter("ENCODING", ("b",)), Parameter("TYPE", (type_word(media_type),))))
    return Property(name, f"data:{media_type};base64,{text}")


def split_media(card: Card) -> tuple[Card, tuple[Media, ...]]:
    """Return the card with references in the place of inline octets, and the octets; what can't be decoded stays where it is."""
    if not [True for each in card.properties if each.name.upper() in MEDIA_KEYS]:
        return card, ()
    found: dict[str, Media] = {}
    properties: list[Property] = []
    for each in card.properties:
        data = octets_of(each) if each.key in MEDIA_KEYS else None
        if data is None:
            properties.append(each)
            continue
        media = Media(hashlib.sha256(data).hexdigest(), media_type_of(each, data), data)
        found.setdefault(media.digest, media)
        value = REFERENCE + media.digest
        if each.value[:5].lower() == "data:":
            header = _DATA_URI.fullmatch(each.value)
            value += ";" + (header[1] if header is not None else media.media_type)
        properties.append(each.with_value(value))
    return card.with_properties(properties), tuple(found.values())


def join_media(card: Card, fetch: Callable[[str], bytes]) -> Card:
    """Return the card with its octets inline again; ``fetch`` gives them by digest and may raise."""
    if not [True for each in card.properties if each.value.startswith(REFERENCE)]:
        return card
    properties: list[Property] = []
    for each in card.properties:
        found = _REFERENCE.fullmatch(each.value) if each.value.startswith(REFERENCE) and each.key in MEDIA_KEYS else None
        if found is None:
            properties.append(each)
            continue
        text = base64.b64encode(fetch(found[1])).decode("ascii")
        properties.append(each.with_value(text if found[2] is None else f"data:{found[2]};base64,{text}"))
    return card.with_properties(properties)


def digests(card: Card) -> tuple[str, ...]:
    """Return the digests that the card refers to, each once, in order."""
    found = [each for each in card.properties if each.value.startswith(REFERENCE)]
    return tuple(dict.fromkeys([digest for each in found if (digest := reference_of(each)) is not None])) if found else ()


def photo_digest(card: Card) -> str | None:
    """Return the digest of the card's first photo that lies in the store, or None."""
    for each in card.properties:
        if each.value.startswith(REFERENCE) and each.key == "PHOTO":
            digest = reference_of(each)
            if digest is not None:
                return digest
    return None
