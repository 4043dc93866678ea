# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.tree.classes import ENTRY_CLASSES
from dirserver.ldap.tree.projection import Projection, project_group
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire import encode
from dirserver.model.filter import AtLeast, AtMost, Not
from dirserver.model.principal import Door
from tests.cast import ADA_HOME, ADA_MOBILE, PEOPLE, principal, uuid_of
from tests.ldap.conftest import SUFFIX
from tests.ldap.speech import Answer, decode_answers


def shown(site: Site, who: str, login: str, *asked: str, types_only: bool = False) -> Answer:
    with site.directory.reading(principal(site.identity, who, Door.LDAP)) as reading:
        projection = Projection(reading, site.tree, select(asked), types_only=types_only)
        entry = reading.named(reading.book(PEOPLE), login)
        (answer,) = decode_answers(encode.message(1, projection.encode(entry)))
        return answer


def test_ada_as_bruno_sees_her(site: Site) -> None:
    answer = shown(site, "bruno", "ada")
    assert answer.dn == f"uid=ada,ou=people,{SUFFIX}"
    assert answer.attributes["objectClass"] == [name.encode() for name in ENTRY_CLASSES]
    assert answer.attributes["uid"] == [b"ada"]
    assert answer.attributes["sn"] == ["Łukasińska".encode()]
    assert answer.attributes["mobile"] == [ADA_MOBILE.encode()]
    assert answer.attributes["manager"] == [f"uid=bruno,ou=people,{SUFFIX}".encode()]
    assert "employeeNumber" in answer.attributes
    assert ADA_HOME.encode() not in [value for values in answer.attributes.values() for value in values]
    assert "jpegPhoto" not in answer.attributes
    assert "entryUUID" not in answer.attributes


def test_esme_gets_no_more_by_naming_it(site: Site) -> None:
    answer = shown(site, "esme", "ada", "cn", "mobile", "mail", "manager", "jpegPhoto", "homePhone", "employeeNumber")
    assert set(answer.attributes) == {"cn"}


def test_a_photo_comes_when_named_under_its_name(site: Site) -> None:
    assert shown(site, "dov", "ada", "thumbnailPhoto").attributes["thumbnailPhoto"][0].startswith(b"\xff\xd8")
    assert shown(site, "dov", "ada", "jpegPhoto", types_only=True).attributes == {"jpegPhoto": []}


def test_operational_attributes(site: Site) -> None:
    attributes = shown(site, "dov", "ada", "+").attributes
    assert attributes["entryUUID"] == [uuid_of("ada").encode()]
    assert attributes["entryDN"] == [f"uid=ada,ou=people,{SUFFIX}".encode()]
    assert attributes["memberOf"] == [f"cn=sales,ou=groups,{SUFFIX}".encode()]
    assert attributes["creatorsName"] == [f"uid=system,ou=people,{SUFFIX}".encode()]
    assert attributes["hasSubordinates"] == [b"FALSE"]
    assert attributes["structuralObjectClass"] == [b"inetOrgPerson"]
    (csn,) = attributes["entryCSN"]
    assert csn[:14] == attributes["modifyTimestamp"][0][:14]
    assert csn.endswith(b"Z#000000#000#000000")
    for name in ("createTimestamp", "modifyTimestamp"):
        (value,) = attributes[name]
        assert len(value) == 15
        assert value.endswith(b"Z")
    assert "cn" not in attributes


def test_names_alone(site: Site) -> None:
    assert shown(site, "dov", "ada", "1.1").attributes == {}


def test_a_group_has_members_by_name(site: Site) -> None:
    with site.directory.reading(principal(site.identity, "dov", Door.LDAP)) as reading:
        group = project_group(reading.group("sales"), site.tree)
    values = {attribute.name: attribute.values for attribute in group.attributes}
    assert group.dn == f"cn=sales,ou=groups,{SUFFIX}"
    assert set(values["member"]) == {f"uid={login},ou=people,{SUFFIX}" for login in ("ada", "bruno")}
    assert values["objectClass"] == ("top", "groupOfNames")
    assert values["creatorsName"] == values["modifiersName"] == (f"uid=system,ou=people,{SUFFIX}",)
    assert len(values["createTimestamp"][0]) == len(values["modifyTimestamp"][0]) == 15
    assert values["entryCSN"][0][:14] == values["modifyTimestamp"][0][:14]
    assert (values["hasSubordinates"], values["numSubordinates"]) == (("FALSE",), ("0",))
    assert group.satisfies(AtMost("modifyTimestamp", "99991231235959.5Z"))
    assert not group.satisfies(AtLeast("modifyTimestamp", "20991231235959+0100"))
    assert not group.satisfies(Not(AtLeast("modifyTimestamp", "soon")))
