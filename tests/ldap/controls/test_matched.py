# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.controls import matched
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control, Scope, SearchRequest
from dirserver.model.filter import Equality, Filter, Present, Substrings
from tests.cast import ADA_HOME
from tests.ldap.answers import MATCHED, Answered, answered, matching, sort_by
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.writing import ADA, ADD, PEOPLE, change, tell


def ask(site: Site, who: str, *items: Filter, base: str = ADA, names: tuple[str, ...] = (), types_only: bool = False) -> Answered:
    request = SearchRequest(base, Scope.BASE, Present("objectClass"), names, types_only=types_only)
    return answered(site, Asker(site).session(who), request, matching(*items))


def values(found: Answered) -> dict[str, list[bytes]]:
    (entry,) = found.entries
    return entry.attributes


def test_only_the_values_that_a_condition_picks_are_shown(own_site: Site) -> None:
    assert tell(own_site, "chika", change(ADA, (ADD, "mail", ("lovelace@example.org",)))).code == 0
    assert values(ask(own_site, "dov", Equality("mail", "LOVELACE@example.org"))) == {"mail": [b"lovelace@example.org"]}
    picked = values(ask(own_site, "dov", Substrings("mail", "", (), ".com"), Present("title"), Equality("mobile", "0151 555 0101")))
    assert sorted(picked) == ["mail", "mobile", "title"]
    everything = ask(own_site, "dov", Substrings("mobile", "", (), "5550101"), Equality("objectClass", "PERSON"), names=("*", "+"))
    assert sorted(values(everything)) == ["mobile", "objectClass"]
    octets = ask(own_site, "dov", Equality("manager", f"uid=BRUNO,{PEOPLE}"), Present("jpegPhoto"), names=("*", "jpegPhoto"))
    assert sorted(values(octets)) == ["jpegPhoto", "manager"]


def test_what_is_hidden_is_not_picked(asker: Asker) -> None:
    wanted = (Equality("homePhone", ADA_HOME), Present("homePhone"))
    assert values(ask(asker.site, "dov", *wanted)) == {}
    assert list(values(ask(asker.site, "ada", *wanted))) == ["homePhone"]


def test_entries_that_the_door_holds_are_narrowed_too(asker: Asker) -> None:
    group = f"cn=sales,ou=groups,{SUFFIX}"
    assert values(ask(asker.site, "ada", Equality("member", ADA), base=group)) == {"member": [ADA.encode()]}
    root = ask(asker.site, "ada", Equality("supportedControl", MATCHED), base="", names=("supportedControl", "vendorName"))
    assert values(root) == {"supportedControl": [MATCHED.encode()]}
    sorted_too = answered(
        asker.site, asker.session("ada"), SearchRequest(SUFFIX, Scope.SUBTREE, Present("cn")), sort_by("cn"), matching(Present("cn"))
    )
    assert {name for entry in sorted_too.entries for name in entry.attributes} == {"cn"}


def test_where_types_alone_are_wanted_there_is_nothing_to_pick(asker: Asker) -> None:
    assert "mail" in values(ask(asker.site, "dov", Equality("mail", "nobody"), types_only=True))


@pytest.mark.parametrize("bad", [None, b"", b"\x30\x02\xa0\x00", b"\x30\x03\x87\x02a", b"\x30\x00\x00"])
def test_conditions_are_a_list_without_and_or_and_not(bad: bytes | None) -> None:
    with pytest.raises(ProtocolError):
        matched.read(Control(MATCHED, value=bad))
    assert matched.read(matching(Present("cn"))) == matched.read(matching(Present("cn")))
