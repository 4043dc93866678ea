# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.reading_hashes import hashes_in, read_hashes
from dirserver.identity.moving_in import Given

HASH = "{SSHA}x"


def test_records_with_passwords_are_read_by_uid_else_by_dn_else_by_mail(tmp_path):
    file = tmp_path / "people.ldif"
    file.write_text(f"""version: 1

dn: cn=Ada,dc=example
uid: ada
mail: admin@example.com
userPassword:: {base64.b64encode(HASH.encode()).decode()}
userpassword: second

dn: ou=people,dc=example
ou: people

dn: uid=bruno,dc=example
userPassword: {HASH}

dn: cn=Chika,dc=example
mail: chika@example.com
userPassword:: {base64.b64encode(bytes([255])).decode()}
""")
    assert hashes_in(file) == (
        Given(3, ("ada",), (HASH, "second")),
        Given(12, ("bruno",), (HASH,)),
        Given(15, ("chika@example.com",), ("\ufffd",)),
    )


def test_what_can_not_be_read_is_told_by_line_without_the_value(tmp_path):
    with pytest.raises(BadInput, match=r"line 2: the value after '::' is not base64") as refused:
        list(read_hashes([(1, "dn: uid=a\n"), (2, "userPassword:: geheim!\n")]))
    assert "geheim" not in refused.value.public_message
    with pytest.raises(BadInput, match="can't be read"):
        hashes_in(tmp_path / "none.ldif")
