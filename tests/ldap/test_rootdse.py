# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.rootdse import root_dse
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.schema import subschema
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire import encode
from dirserver.model.dn import DN
from dirserver.model.filter import Equality, Present
from tests.ldap.speech import decode_answers


def test_the_root_dse_says_what_the_server_can() -> None:
    entry = root_dse(Tree(DN.parse("dc=example,dc=com")))
    values = {attribute.name: attribute.values for attribute in entry.attributes}
    assert entry.dn == ""
    assert values["namingContexts"] == values["defaultNamingContext"] == ("dc=example,dc=com",)
    assert values["supportedLDAPVersion"] == ("3",)
    assert "1.3.6.1.4.1.4203.1.11.3" in values["supportedExtension"]
    for feature in (1, 2, 3):
        assert f"1.3.6.1.4.1.4203.1.5.{feature}" in values["supportedFeatures"]
    assert values["subschemaSubentry"] == ("cn=Subschema",)
    assert values["vendorVersion"][0]


def test_any_spelling_of_its_filter_finds_it() -> None:
    entry = root_dse(Tree(DN.parse("dc=example,dc=com")))
    assert entry.satisfies(Present("objectclass"))
    assert entry.satisfies(Equality("OBJECTCLASS", "Top"))
    assert entry.satisfies(Equality("namingContexts", "DC=Example, DC=com"))


def test_star_plus_and_names_each_tell_what_the_server_can() -> None:
    entry = root_dse(Tree(DN.parse("dc=example,dc=com")))

    def shown(*asked: str) -> set[str]:
        (answer,) = decode_answers(encode.message(1, entry.encode(select(asked), types_only=False)))
        return set(answer.attributes)

    told = {"namingContexts", "supportedControl", "supportedFeatures", "subschemaSubentry", "vendorName"}
    assert told <= shown("+")
    assert told <= shown("*")
    assert told <= shown()
    assert shown("SUBSCHEMASUBENTRY", "supportedLDAPVersion") == {"SUBSCHEMASUBENTRY", "supportedLDAPVersion"}
    assert "entryDN" in shown("+") - shown("*")


def test_all_that_it_tells_is_in_the_schema() -> None:
    published = " ".join(value for each in subschema().attributes if each.name == "attributeTypes" for value in each.values)
    for attribute in root_dse(Tree(DN.parse("dc=example,dc=com"))).attributes:
        assert f"'{attribute.name}'" in published
