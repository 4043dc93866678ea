# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import ModifyKind
from dirserver.model.modification import Modification
from dirserver.model.modification import Operation as Change
from dirserver.model.principal import Door, Principal
from tests.cast import principal, uuid_of
from tests.ldap.conftest import SUFFIX
from tests.ldap.writing import ADA, ADD, DELETE, INCREMENT, PEOPLE, REPLACE, change, shown, tell


def test_a_modify_changes_what_it_names_and_keeps_the_rest_of_the_card(own_site: Site) -> None:
    with own_site.directory.writing(Principal.system()) as writing:
        before = writing.find(uuid_of("ada")).card
        kept = before.with_properties([*before.properties, type(before.properties[0])("X-FAVOURITE-TREE", "Beech")])
        writing.replace_card(uuid_of("ada"), kept)
    answer = tell(
        own_site,
        "chika",
        change(
            ADA,
            (REPLACE, "title", ("Head of Everything",)),
            (ADD, "telephoneNumber", ("+49 30 555 0199", "+49 30 555 0198")),
            (DELETE, "telephonenumber", ("+49305550199",)),
            (ADD, "objectClass", ("inetOrgPerson",)),
            (REPLACE, "uid", ("ADA",)),
            (REPLACE, "manager", (f"uid=zoe,{PEOPLE}",)),
        ),
    )
    assert (answer.tag, answer.code, answer.text) == (0x67, 0, "")
    after = shown(own_site, "ada")
    assert after["title"] == ("Head of Everything",)
    assert after["telephoneNumber"][-1] == "+49 30 555 0198"
    assert "+49 30 555 0199" not in after["telephoneNumber"]
    with own_site.directory.writing(Principal.system()) as writing:
        entry = writing.find(uuid_of("ada"))
        revisions = writing.history(entry)
    assert entry.manager is not None
    assert entry.manager.name == "zoe"
    assert [each.value for each in entry.card.properties if each.name == "X-FAVOURITE-TREE"] == ["Beech"]
    assert any(each.name == "PHOTO" for each in entry.card.properties)
    assert (entry.modified_by, entry.modified_door) == ("chika", Door.LDAP)
    assert len(revisions) == entry.revision


@pytest.mark.parametrize(
    "changes, code",
    [
        ([(ADD, "title", ("engineer",))], 20),
        ([(REPLACE, "title", ("A", "a"))], 20),
        ([(DELETE, "title", ("Astronaut",))], 16),
        ([(DELETE, "pager", ())], 16),
        ([(REPLACE, "pager", ())], 0),
        ([(DELETE, "cn", ())], 65),
        ([(REPLACE, "cn", ())], 65),
        ([(ADD, "displayName", ("One", "Two"))], 19),
        ([(ADD, "title", ())], 2),
        ([(INCREMENT, "employeeNumber", ("1",))], 19),
        ([(REPLACE, "entryUUID", ("x",))], 19),
        ([(REPLACE, "modifyTimestamp", ("20200101000000Z",))], 19),
        ([(REPLACE, "hasSubordinates", ("TRUE",))], 19),
        ([(REPLACE, "favouriteTree", ("Beech",))], 17),
        ([(REPLACE, "title;lang-de", ("Chefin",))], 17),
        ([(REPLACE, "title", (b"\xff\xfe",))], 21),
        ([(REPLACE, "title", ("",))], 21),
        ([(REPLACE, "manager", ("no dn",))], 21),
        ([(REPLACE, "manager", (f"uid=nobody,{PEOPLE}",))], 19),
        ([(REPLACE, "uid", ("adb",))], 67),
        ([(DELETE, "uid", ())], 67),
        ([(ADD, "uid", ("ada",))], 20),
        ([(ADD, "uid", ("adb",))], 19),
        ([(DELETE, "objectClass", ("person",))], 69),
        ([(ADD, "objectClass", ("posixAccount",))], 21),
        ([(ADD, "objectClass", ("groupOfNames",))], 65),
        ([(REPLACE, "userPassword", ("secret",))], 53),
        ([(DELETE, "jpegPhoto", (b"another",))], 16),
    ],
)
def test_each_change_that_cannot_be_has_its_own_code(
    own_site: Site, changes: list[tuple[ModifyKind, str, tuple[str, ...]]], code: int
) -> None:
    with own_site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Change.REPLACE, ("Engineer",))])
    # What stood before the bad change isn't made either.
    answer = tell(own_site, "chika", change(ADA, (REPLACE, "description", ("was here",)), *changes))
    assert answer.code == code, answer.text
    assert ("description" in shown(own_site, "ada")) is (code == 0)
    assert "secret" not in answer.text


def test_the_photo_that_was_shown_can_be_deleted_and_another_be_given(own_site: Site) -> None:
    with own_site.directory.reading(principal(own_site.identity, "chika", Door.LDAP)) as reading:
        entry = reading.find(uuid_of("ada"))
        photo = reading.photo(entry)
    assert photo is not None
    assert tell(own_site, "chika", change(ADA, (DELETE, "jpegPhoto", (photo.data,)))).code == 0
    assert tell(own_site, "chika", change(ADA, (DELETE, "jpegPhoto", ()))).code == 16
    assert tell(own_site, "chika", change(ADA, (ADD, "jpegPhoto", (photo.data,)))).code == 0
    assert tell(own_site, "chika", change(ADA, (REPLACE, "jpegPhoto", (b"no picture",)))).code == 19


@pytest.mark.parametrize(
    "changes, code, description",
    [
        ([(REPLACE, "description", ("Cares for people",))], 0, "Cares for people"),
        ([(ADD, "description", ("Cares",))], 19, "Human resources"),
        ([(ADD, "description", ("human RESOURCES",))], 20, "Human resources"),
        ([(REPLACE, "description", ("One", "Two"))], 19, "Human resources"),
        ([(DELETE, "description", ("Something else",))], 16, "Human resources"),
        ([(DELETE, "description", ("Human resources",)), (ADD, "description", ("Care",))], 0, "Care"),
        ([(DELETE, "description", ())], 0, ""),
        ([(REPLACE, "description", ())], 0, ""),
        ([(DELETE, "mail", ())], 16, "Human resources"),
        ([(REPLACE, "mail", ("care@example.com",)), (REPLACE, "description", ("Care",))], 0, "Care"),
        ([(REPLACE, "cn", ("HR",))], 0, "Human resources"),
        ([(ADD, "cn", ("care",))], 19, "Human resources"),
        ([(REPLACE, "cn", ("care",))], 67, "Human resources"),
        ([(ADD, "objectClass", ("groupOfNames",))], 0, "Human resources"),
        ([(ADD, "objectClass", ("person",))], 65, "Human resources"),
        ([(DELETE, "objectClass", ())], 69, "Human resources"),
        ([(REPLACE, "telephoneNumber", ("1",))], 53, "Human resources"),
        ([(REPLACE, "modifiersName", (ADA,))], 19, "Human resources"),
    ],
)
def test_what_is_said_of_a_group_can_be_changed(
    own_site: Site, changes: list[tuple[ModifyKind, str, tuple[str, ...]]], code: int, description: str
) -> None:
    with own_site.directory.writing(Principal.system()) as writing:
        writing.change_group("hr", description="Human resources")
    answer = tell(own_site, "admin", change(f"cn=hr,ou=groups,{SUFFIX}", *changes))
    assert answer.code == code, answer.text
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        assert reading.group("hr").description == description
