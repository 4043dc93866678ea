# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.reading import Reading
from dirserver.ldap.session import Site
from dirserver.ldap.tree.references import References
from dirserver.model.filter import FALSE, TRUE, And, AtLeast, Equality, Filter, Not, Or, Present, Substrings, Undefined
from tests.cast import uuid_of
from tests.ldap.conftest import SUFFIX

BRUNO = f"uid=bruno,ou=people,{SUFFIX}"
NIL = "00000000-0000-0000-0000-000000000000"
CN = Equality("cn", "x")


@pytest.mark.parametrize(
    "wanted, translated",
    [
        (CN, CN),
        (Equality("unheardOf", "x"), Equality("unheardOf", "x")),
        (Equality("cn;lang-de", "x"), Undefined()),
        (Present("objectClass"), TRUE),
        (Equality("objectClass", "InetOrgPerson"), TRUE),
        (Equality("objectClass", "2.5.6.6"), TRUE),
        (Equality("structuralObjectClass", "2.16.840.1.113730.3.2.2"), TRUE),
        (Equality("objectClass", "groupOfNames"), FALSE),
        (Present("entryCSN"), TRUE),
        (Not(Equality("objectClass", "groupOfNames")), TRUE),
        (Substrings("objectClass", "inet"), Undefined()),
        (Equality("manager", BRUNO), Equality("manager", uuid_of("bruno"))),
        (Equality("manager", BRUNO.upper()), Equality("manager", uuid_of("bruno"))),
        (Equality("manager", f"uid=missing,ou=people,{SUFFIX}"), Equality("manager", NIL)),
        (Equality("manager", f"cn=sales,ou=groups,{SUFFIX}"), Equality("manager", NIL)),
        (Equality("manager", "Bruno"), Undefined()),
        (Substrings("manager", "uid=bru"), Undefined()),
        (Present("manager"), Present("manager")),
        (Equality("entryDN", BRUNO), Equality("entryUUID", uuid_of("bruno"))),
        (Equality("distinguishedName", BRUNO), Equality("entryUUID", uuid_of("bruno"))),
        (Equality("entryDN", f"ou=people,{SUFFIX}"), FALSE),
        (Present("entryDN"), TRUE),
        (Equality("memberOf", f"CN=Sales,ou=groups,{SUFFIX}"), Equality("memberOf", "sales")),
        (Equality("memberOf", f"cn=missing,ou=groups,{SUFFIX}"), FALSE),
        (Equality("memberOf", BRUNO), FALSE),
        (Equality("memberOf", "sales"), Undefined()),
        (Equality("creatorsName", BRUNO), Equality("creatorsname", "bruno")),
        (Equality("creatorsName", "dc=other"), FALSE),
        (Equality("creatorsName", "x"), Undefined()),
        (Equality("subschemaSubentry", "CN=subschema"), TRUE),
        (Equality("hasSubordinates", "FALSE"), TRUE),
        (Equality("hasSubordinates", "maybe"), Undefined()),
        (AtLeast("structuralObjectClass", "a"), Undefined()),
        (And((Present("objectClass"), CN)), CN),
        (And((Equality("objectClass", "x"), CN)), FALSE),
        (Or((Equality("objectClass", "x"), CN)), CN),
        (Or((Equality("objectClass", "person"), CN)), TRUE),
        (And((CN, Undefined())), And((CN, Undefined()))),
        (Not(Undefined()), Undefined()),
        (And(()), TRUE),
        (Or(()), FALSE),
    ],
)
def test_what_the_directory_is_asked(site: Site, ada_reads: Reading, wanted: Filter, translated: Filter) -> None:
    assert References(ada_reads, site.tree).translate(wanted) == translated
