# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import io

from hypothesis import given
from hypothesis import strategies as st

from dirserver.exchange.exported import Exported, Reference
from dirserver.exchange.reading_ldif import read_ldif
from dirserver.exchange.row import Notes
from dirserver.exchange.writing_ldif import LdifWriter
from dirserver.model.book import Book, BookKind
from dirserver.model.dn import DN
from dirserver.model.names import Slug

UUID = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"


def written(one: Exported, kind: BookKind = BookKind.PEOPLE, slug: str = "people") -> str:
    stream = io.BytesIO()
    LdifWriter(stream, DN.of_domain("example.com"), Book(1, UUID, Slug(slug), kind, "Book", "", None, 0, "e")).write(one)
    return stream.getvalue().decode("ascii")


def entry(**texts: tuple[str, ...]) -> Exported:
    return Exported("ada", UUID, texts, {}, {}, {"cn": ("Ada",), "sn": ("Ada",)})


def read_again(text: str):
    (row,) = read_ldif(enumerate(io.StringIO(text), 1), Notes())
    return row


def test_a_record_names_its_place_in_the_tree():
    assert "\ndn: uid=ada,ou=people,dc=example,dc=com\n" in written(entry())
    assert "\ndn: uid=ada,ou=clients,ou=books,dc=example,dc=com\n" in written(entry(), BookKind.SHARED, "clients")


def test_a_manager_is_a_dn_and_one_who_does_not_show_a_uuid():
    one = Exported("ada", UUID, {}, {}, {"manager": (Reference("x", "bruno", "people"), Reference(UUID))}, {"cn": ("A",), "sn": ("A",)})
    text = written(one, BookKind.SHARED, "clients")
    assert "\nmanager: uid=bruno,ou=people,dc=example,dc=com\n" in text
    assert f"\nmanager: entryUUID={UUID},dc=example,dc=com\n".lower() in text.lower().replace("\n ", "")


def test_what_is_not_plain_is_base64_and_lines_are_folded():
    text = written(entry(cn=("Łukasz",), title=(" blank",), description=("x" * 200,), street=("ends blank ",), l=(":colon",)))
    assert f"\ncn:: {base64.b64encode('Łukasz'.encode()).decode()}\n" in text
    assert "\ntitle:: " in text
    assert "\nstreet:: " in text
    assert "\nl:: " in text
    assert max(map(len, text.splitlines())) == 76


@given(st.dictionaries(st.sampled_from(["cn", "description", "title", "l"]), st.text(min_size=1).filter(str.strip), max_size=4))
def test_any_text_comes_back(texts):
    texts = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    row = read_again(written(entry(**{name: (text,) for name, text in texts.items()})))
    assert {name: values[0] for name, values in row.values.items() if name in texts} == texts
    assert (row.uuid, row.name) == (UUID, "ada")


@given(st.binary(min_size=1, max_size=300))
def test_a_photo_comes_back(octets):
    one = Exported("ada", UUID, {}, {"jpegPhoto": (octets,)}, {}, {"cn": ("Ada",), "sn": ("Ada",)})
    assert read_again(written(one)).values["jpegPhoto"] == (octets,)
