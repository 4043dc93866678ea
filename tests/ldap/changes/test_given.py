# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.reading import Reading
from dirserver.ldap.changes.given import attribute_of, require_known_classes, values_of
from dirserver.ldap.session import Site
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.message import Code
from tests.cast import uuid_of
from tests.ldap.writing import ADA


def test_an_attribute_goes_by_each_of_its_names() -> None:
    assert {attribute_of(name).name for name in ("title", "TITLE", "jobTitle", "2.5.4.12")} == {"title"}
    assert attribute_of("userCertificate;binary").name == "userCertificate"


@pytest.mark.parametrize("name, code", [("memberOf", 19), ("numSubordinates", 19), ("title;binary", 17), ("foo", 17), ("unicodePwd", 53)])
def test_what_cannot_be_written_says_why(name: str, code: int) -> None:
    with pytest.raises(Refused) as refused:
        attribute_of(name)
    assert refused.value.result.code == code


def test_values_become_what_the_directory_takes(ada_reads: Reading, site: Site) -> None:
    assert values_of(ada_reads, site.tree, attribute_of("manager"), (ADA.encode(),)) == (f"urn:uuid:{uuid_of('ada')}",)
    assert values_of(ada_reads, site.tree, attribute_of("jpegPhoto"), (b"\xff",)) == (b"\xff",)
    assert values_of(ada_reads, site.tree, attribute_of("cn"), ("Zoë".encode(),)) == ("Zoë",)


def test_classes_that_entries_have_are_fine_and_others_are_not() -> None:
    require_known_classes((b"top", b"INETORGPERSON"))
    with pytest.raises(Refused) as refused:
        require_known_classes((b"account",))
    assert refused.value.result.code is Code.INVALID_ATTRIBUTE_SYNTAX
