# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import re

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.reading_ldif import read_ldif
from dirserver.exchange.row import Notes

UUID = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"


def rows(text: str, notes: Notes | None = None):
    return list(read_ldif(enumerate(text.splitlines(keepends=True), 1), notes or Notes()))


def test_a_record_becomes_a_row():
    (row,) = rows(f"""version: 1
# a comment that
  goes on
dn: uid=ada,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: ada
cn:: {base64.b64encode("Ada Łukasińska".encode()).decode()}
sn: Łukasińska
description: a long
  line
mail: a@example.com
mail: b@example.com
entryUUID: {UUID}
manager: uid=bruno,ou=people,dc=example,dc=com
""")
    assert (row.name, row.uuid, row.line) == ("ada", UUID, 4)
    assert row.dn == "uid=ada,ou=people,dc=example,dc=com"
    assert row.values == {
        "cn": ("Ada Łukasińska",),
        "sn": ("Łukasińska",),
        "description": ("a long line",),
        "mail": ("a@example.com", "b@example.com"),
        "manager": ("uid=bruno,ou=people,dc=example,dc=com",),
    }


def test_a_photo_keeps_its_octets_and_options_are_set_aside():
    photo = bytes(range(256))
    (row,) = rows(f"dn: uid=ada\nsn: x\njpegPhoto;binary:: {base64.b64encode(photo).decode()}\ncn;lang-pl: Ada\n")
    assert row.values["jpegPhoto"] == (photo,)
    assert row.values["cn"] == ("Ada",)


def test_passwords_are_left_out_and_counted():
    notes = Notes()
    (row,) = rows("dn: uid=ada\nsn: x\nuserPassword: {SSHA}secret\n", notes)
    assert row.values == {"sn": ("x",)}
    assert [(name.partition(" ")[0], count) for name, count in notes.left_out.items()] == [("userPassword", 1)]
    assert "secret" not in repr(notes)


def test_what_is_no_person_is_counted_by_its_class():
    notes = Notes()
    domain = "dn: dc=x\nobjectClass: top\nobjectClass: domain\ndc: x\n"
    text = domain + "\ndn: cn=g\nobjectClass: groupOfNames\ncn: g\n\ndn: uid=a\nobjectClass: person\nsn: x\n"
    assert [row.name for row in rows(text, notes)] == ["a"]
    assert dict(notes.left_out) == {"entries that are no people (domain)": 1, "entries that are no people (groupOfNames)": 1}


def test_attributes_that_nobody_knows_are_counted():
    notes = Notes()
    rows("dn: uid=a\nsn: x\nshoeSize: 38\nentryCSN: 1\ncreateTimestamp: 20260101000000Z\n", notes)
    assert dict(notes.unknown) == {"shoeSize": 1}


@pytest.mark.parametrize(
    "text, reason, line",
    [
        ("dn: uid=a\nchangetype: delete\n", "the record is a change .delete.", 1),
        ("dn: uid=a\nsn: x\nno colon here\n", "the line is not 'attribute: value'", 3),
        ("dn: uid=a\nsn:: ???\n", "the value after '::' is not base64", 2),
        ("dn: uid=a\nsn:: /w==\n", "the value in base64 is not UTF-8", 1),
        ("dn: uid=a\njpegPhoto:< file:///etc/passwd\n", "its value is the address of a file", 2),
        ("sn: x\n", "does not begin with dn:", 1),
    ],
)
def test_a_record_that_can_not_be_taken_is_refused_and_the_next_one_read(text, reason, line):
    first, second = rows(text + "\ndn: uid=b\nsn: y\n")
    (problem,) = first.problems
    assert re.search(reason, problem.reason)
    assert (problem.line, second.name) == (line, "b")


def test_an_added_record_is_a_record():
    (row,) = rows("dn: uid=a\nchangetype: add\nsn: x\n")
    assert row.values == {"sn": ("x",)}


def test_another_version_is_refused():
    with pytest.raises(BadInput, match=r"line 1: .*only LDIF version 1"):
        rows("version: 2\n\ndn: uid=a\n")


def test_a_name_without_uid_is_left_to_the_directory():
    (row,) = rows("dn: cn=Ada,ou=people\ncn: Ada\nsn: x\n")
    assert (row.name, row.uuid) == (None, None)
