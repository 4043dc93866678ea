# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.tree.selection import select


def test_nothing_asked_means_all_user_attributes() -> None:
    found = select(())
    assert found.name_for("cn") == "cn"
    assert found.name_for("entryUUID", is_operational=True) is None
    assert found.name_for("jpegPhoto", is_named_only=True) is None


def test_star_and_plus() -> None:
    assert select(("*",)).name_for("cn") == "cn"
    assert select(("+",)).name_for("cn") is None
    assert select(("+",)).name_for("entryUUID", is_operational=True) == "entryUUID"
    both = select(("*", "+", "jpegPhoto"))
    assert both.name_for("jpegPhoto", is_named_only=True) == "jpegPhoto"


def test_names_come_back_as_they_were_asked() -> None:
    found = select(("SURNAME", "gn", "mail;binary", "unheardOf"))
    assert found.name_for("sn") == "SURNAME"
    assert found.name_for("givenName") == "gn"
    assert found.name_for("mail") == "mail;binary"
    assert found.name_for("cn") is None
    assert found.name_for("unheardOf") == "unheardOf"


def test_the_first_name_of_several_wins() -> None:
    assert select(("commonName", "cn", "CN")).name_for("cn") == "commonName"


def test_an_oid_is_answered_with_the_short_name() -> None:
    assert select(("2.5.4.4",)).name_for("sn") == "sn"


def test_options_that_select_what_we_do_not_have() -> None:
    assert select(("cn;lang-de",)).wants_nothing
    assert select(("1.1",)).wants_nothing
    assert not select(("1.1", "cn")).wants_nothing
    assert not select(()).wants_nothing


def test_operational_attributes_by_name() -> None:
    found = select(("modifytimestamp",))
    assert found.name_for("modifyTimestamp", is_operational=True) == "modifytimestamp"
    assert found.name_for("createTimestamp", is_operational=True) is None


def test_a_class_stands_for_what_its_entries_may_have() -> None:
    found = select(("@person", "MAIL"))
    assert found.name_for("sn") == "sn"
    assert found.name_for("objectClass") == "objectClass"
    assert found.name_for("mail") == "MAIL"
    assert found.name_for("givenName") is None
    assert select(("@inetOrgPerson",)).name_for("sn") == "sn"
    assert select(("@2.16.840.1.113730.3.2.2",)).name_for("jpegPhoto", is_named_only=True) == "jpegPhoto"
    assert select(("@unheardOf",)).wants_nothing


def test_name_stands_for_the_names_that_refine_it() -> None:
    found = select(("NAME", "CN"))
    assert found.name_for("cn") == "cn"
    assert found.name_for("givenName") == "givenName"
    assert found.name_for("mail") is None
