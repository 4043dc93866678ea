# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.dit import Tree
from dirserver.ldap.rootdse import root_dse
from dirserver.model.dn import DN
from dirserver.model.filter import Equality, Present


def test_the_root_dse_says_what_the_server_can() -> None:
    entry = root_dse(Tree(DN.parse("dc=example,dc=com")))
    values = {attribute.name: attribute.values for attribute in entry.attributes}
    assert entry.dn == ""
    assert values["namingContexts"] == values["defaultNamingContext"] == ("dc=example,dc=com",)
    assert values["supportedLDAPVersion"] == ("3",)
    assert "1.3.6.1.4.1.4203.1.11.3" in values["supportedExtension"]
    assert "1.3.6.1.4.1.4203.1.5.1" in values["supportedFeatures"]
    assert values["subschemaSubentry"] == ("cn=Subschema",)
    assert values["vendorVersion"][0]


def test_any_spelling_of_its_filter_finds_it() -> None:
    entry = root_dse(Tree(DN.parse("dc=example,dc=com")))
    assert entry.satisfies(Present("objectclass"))
    assert entry.satisfies(Equality("OBJECTCLASS", "Top"))
    assert entry.satisfies(Equality("namingContexts", "DC=Example, DC=com"))
