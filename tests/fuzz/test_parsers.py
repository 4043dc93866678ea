# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reader of what strangers send: whatever it is, it is read or refused in our own words, and what was read says the same again."""

from __future__ import annotations

import contextlib
import io
import plistlib

import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dirserver.api.cursor import Cursor
from dirserver.card import reader, writer
from dirserver.card.media import decode_base64
from dirserver.card.photo import SIDE_PX, normalise_photo
from dirserver.errors import BadInput, DirserverError
from dirserver.exchange.encoding import choose_encoding, decoded_lines
from dirserver.exchange.mapping import ColumnMapping, parse_mapping
from dirserver.exchange.reading_csv import read_csv, read_header
from dirserver.exchange.reading_hashes import read_hashes
from dirserver.exchange.reading_ldif import read_ldif
from dirserver.exchange.reading_vcard import read_vcards
from dirserver.exchange.row import Notes
from dirserver.identity import passwords
from dirserver.identity.devices import Restrictions
from dirserver.identity.sealing import Sealer
from dirserver.ldap.bind import logins_of
from dirserver.ldap.mirror.cookie import Cookie
from dirserver.model.change import SyncToken
from dirserver.model.dn import DN
from dirserver.setup.access import DeviceAccess, Server
from dirserver.setup.profile import profile
from dirserver.web.shell.links import safe_next
from radicale_dirserver.wire.client import family_of, program_of
from radicale_dirserver.wire.credentials import read_basic
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.xml_body import read_xml
from tests.fuzz.injuries import DEAR, SETTINGS, injured, texts
from tests.fuzz.seeds import CORPUS, CSV, DNS, LDIF, XML

CARD_WORDS = [
    b"BEGIN:VCARD\r\n",
    b"END:VCARD\r\n",
    b"VERSION:4.0\r\n",
    b";TYPE=",
    b";ENCODING=QUOTED-PRINTABLE:",
    b"item1.",
    b"N:;;;;",
    b"UID:",
    b"=0D=0A",
]
LDIF_WORDS = [b"dn: ", b"::", b":< file:///etc/passwd", b"\n ", b"changetype: modify\n", b"-\n", b"version: 2\n", b"# "]
CSV_WORDS = [b'"', b'""', b",", b";", b"sep=|\n", b"=1+1", b"mail,mail", b"|"]
XML_WORDS = [
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"<![CDATA[",
    b"]]>",
    b"<a>",
    b"</a>",
    b"<?x?>",
    b"<!--",
    b' xmlns="urn:y"',
    b"&#0;",
    b"&#xD800;",
]


def bounded(octets: bytes) -> bytes:
    """No more than a reader is given at all: what comes over the network was measured before."""
    return octets[:200_000]


@SETTINGS
@given(injured(CORPUS, CARD_WORDS).map(bounded))
def test_a_card_is_read_or_refused_and_what_was_read_is_written_to_be_read_again(octets: bytes) -> None:
    with contextlib.suppress(DirserverError):
        card = reader.read(octets)
        assert reader.read(writer.write(card)) == card


@SETTINGS
@given(injured(CORPUS, CARD_WORDS).map(bounded))
def test_a_file_of_cards_tells_of_each_what_became_of_it(octets: bytes) -> None:
    with contextlib.suppress(DirserverError):
        list(reader.read_many(io.BytesIO(octets)))
    with contextlib.suppress(DirserverError):
        list(read_vcards(io.BufferedReader(io.BytesIO(octets))))  # type: ignore[arg-type]  # a raw stream in memory


@SETTINGS
@given(injured(LDIF, LDIF_WORDS))
def test_ldif_is_read_or_refused(octets: bytes) -> None:
    for read in (lambda lines: read_ldif(lines, Notes()), read_hashes):
        with contextlib.suppress(DirserverError):
            list(read(decoded_lines(io.BufferedReader(io.BytesIO(octets)), choose_encoding(octets, None))))  # type: ignore[arg-type]


@SETTINGS
@given(injured(CSV, CSV_WORDS))
def test_csv_is_read_or_refused(octets: bytes) -> None:
    with contextlib.suppress(DirserverError):
        lines = decoded_lines(io.BufferedReader(io.BytesIO(octets)), choose_encoding(octets, None))  # type: ignore[arg-type]
        header = read_header(lines, ColumnMapping())
        list(read_csv(lines, header, ColumnMapping(), Notes()))


@SETTINGS
@given(texts(['delimiter = ";"\n[columns]\n"Name" = "cn"\n[fixed]\no = "x"\n'], ["[", "]", "=", '"', "columns"]))
def test_a_mapping_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(DirserverError):
        parse_mapping(text)


@SETTINGS
@given(texts(DNS, ["\\", "+", ",", "=", "#", "\\2", '"', ";", "\\0"]))
def test_a_dn_is_read_or_refused_and_says_the_same_again(text: str) -> None:
    assert logins_of(text, "example.com")
    with contextlib.suppress(BadInput):
        dn = DN.parse(text)
        assert DN.parse(str(dn)).key == dn.key


@SETTINGS
@given(injured(XML, XML_WORDS))
def test_xml_is_read_or_refused(octets: bytes) -> None:
    with contextlib.suppress(DirserverError, Refused):
        read_xml(octets)


@SETTINGS
@given(texts(["urn:dirserver:sync:AAAA-12", "data:,1_2", "http://radicale.org/ns/sync/abc"], ["-", ":", "0", "9" * 40]))
def test_a_sync_token_is_ours_or_none(text: str) -> None:
    token = SyncToken.parse(text)
    assert token is None or SyncToken.parse(str(token)) == token


@SETTINGS
@given(injured([b"rid=001,sid=001,csn=20261127210822.000001Z#000001#001#000002", b"rid=1"], [b"csn=", b";", b",", b"#", b"=", b"9" * 40]))
def test_a_cookie_of_a_mirror_is_read_or_refused(octets: bytes) -> None:
    with contextlib.suppress(DirserverError):
        Cookie.read(octets)


@SETTINGS
@given(texts([str(Cursor(offset=40)), str(Cursor(after="8b2d1f0c-7a1e-4f0e-9b1e-0d6f3a4b5c6d"))], ["=", "_", "-", "A"]))
def test_a_cursor_of_the_api_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(DirserverError):
        assert Cursor.parse(str(Cursor.parse(text))) == Cursor.parse(text)


@SETTINGS
@given(texts(["Basic YWRhOnNlY3JldA==", "Basic YWRhJTQwZXhhbXBsZS5jb206eA==", "Bearer dirserver_x"], ["Basic ", "=", ":", "%", "Og=="]))
def test_an_authorization_header_holds_credentials_or_none(text: str) -> None:
    known = read_basic(text)
    assert known is None or (known.login.strip() and "\0" not in known.password)
    assert family_of(text) is not None
    assert len(program_of(text)) <= 60


@SETTINGS
@given(
    texts(["/people/?q=a", "//evil.example/", "/\\evil.example", "https://evil.example/", "/%2e%2e//x"], ["/", "\\", "\t", "@", ":", "%"])
)
def test_nobody_is_sent_elsewhere_after_signing_in(text: str) -> None:
    target = safe_next(text)
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert not any(char in target for char in "\r\n\t\0")


@SETTINGS
@given(texts([Sealer(b"k" * 32, "x").seal("said")], ["=", "gAAAA"]))
def test_a_sealed_text_opens_only_as_it_was_sealed(text: str) -> None:
    assert Sealer(b"k" * 32, "x").open(text, 60) in {None, "said"}


@SETTINGS
@given(
    texts(
        [
            "{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3",
            "{CRYPT}$6$rounds=1000$salt$hash",
            "{PBKDF2-SHA256}1000$c2FsdA$aGFzaA",
            "{ARGON2}$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
        ],
        ["$", "{", "}", "rounds=9", "m=99", "!", "="],
    )
)
def test_another_directorys_hash_is_taken_or_left(text: str) -> None:
    kept = passwords.imported(text)
    assert kept is None or passwords.verify("guess", kept) in {True, False}


@SETTINGS
@given(texts(["10.0.0.0/8 2001:db8::/32", "192.0.2.1,::1"], ["/", ".", ":", "%eth0", " "]))
def test_networks_are_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert all(str(one) for one in Restrictions.of([text], None).networks)


def picture(kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((24, 18)).convert("RGB").save(stream, kind, **how)
    return stream.getvalue()


PICTURES = [
    picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
    picture("PNG"),
    picture("WEBP"),
]


@DEAR
@given(injured(PICTURES, [b"\xff\xd8\xff", b"IHDR\0\xff\xff\xff\0\xff\xff\xff", b"RIFF", b"\xff\xe1\xff\xff", b"<svg"]))
def test_a_photo_becomes_a_small_jpeg_or_is_refused(octets: bytes) -> None:
    with contextlib.suppress(DirserverError):
        made = Image.open(io.BytesIO(normalise_photo(octets)), formats=["JPEG"])
        assert max(made.size) <= SIDE_PX
        assert not made.getexif()


@SETTINGS
@given(texts(["aGVsbG8=", "aGVs\r\n bG8"], ["=", "-", "_", " "]))
def test_base64_is_read_or_not(text: str) -> None:
    assert decode_base64(text) is None or isinstance(decode_base64(text), bytes)


@SETTINGS
@given(texts(["Ada & Co <people>", "]]>", "\u202eada"], ["&", "<", "\x0b", "\ufffe"]), st.text("abc2345-", max_size=29))
def test_a_profile_for_apple_and_a_qr_code_hold_any_name(name: str, secret: str) -> None:
    access = DeviceAccess("example.com", "ada", Server("x.example", 443, True), "/dav/ada/", Server("x.example", 636, True), "dc=example")
    with contextlib.suppress(BadInput):
        told = plistlib.loads(profile(access, secret, name=name))
        assert {one["CardDAVUsername"] for one in told["PayloadContent"] if "CardDAVUsername" in one} == {"ada"}
    with contextlib.suppress(segno.DataOverflowError):
        segno.make(name.encode("utf-8", "replace") or b"-", error="m")
