# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from dirserver.ldap import operations
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.message import Code, Control, ExtendedRequest, Message, Operation, Scope, SearchRequest
from dirserver.model.filter import Equality, Present
from dirserver.model.names import Login
from tests.cast import ADA_HOME, entry_of
from tests.ldap.answers import PROXY, Answered, acting_as, answered
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import decode_result
from tests.ldap.writing import ADA, PEOPLE, REPLACE, change

WHO_AM_I = ExtendedRequest("1.3.6.1.4.1.4203.1.11.3")
PASSWORD = ExtendedRequest("1.3.6.1.4.1.4203.1.11.1", b"\x30\x00")
HOME = SearchRequest(SUFFIX, Scope.SUBTREE, Equality("homePhone", ADA_HOME))


def trusting(site: Site, *logins: str) -> Site:
    ldap = replace(site.config.ldap, may_act_as_others=tuple(map(Login, logins)))
    return replace(site, config=replace(site.config, ldap=ldap))


def ask(site: Site, who: str, operation: Operation, as_whom: str) -> Answered:
    return answered(site, Asker(site).session(who), operation, acting_as(as_whom))


def whoami(site: Site, session: Session, given: Control) -> str:
    (done,) = operations.answer(site, session, Message(1, WHO_AM_I, (given,)))
    return (decode_result(done, 1, *ber.read(done, 0, len(done))).value or b"").decode()


@pytest.mark.parametrize("name", ["u:ada", "U:ada@example.com", f"dn:{ADA}", "dn:UID=Ada,dc=anywhere"])
def test_who_is_trusted_acts_as_another_and_sees_what_that_one_sees(site: Site, name: str) -> None:
    site = trusting(site, "Printer")
    assert ask(site, "printer", HOME, name).names == ["ada"]
    assert whoami(site, Asker(site).session("printer"), acting_as(name)) == f"dn:{ADA}"


def test_the_trusted_one_has_no_more_rights_by_it(site: Site) -> None:
    site = trusting(site, "ada")
    assert ask(site, "ada", HOME, "u:dov").names == []
    assert ask(site, "ada", HOME, "u:ada").names == ["ada"]
    assert ask(site, "ada", HOME, "").code is Code.INSUFFICIENT_ACCESS_RIGHTS
    assert whoami(site, Asker(site).session("ada"), acting_as("")) == ""


def test_a_change_is_made_as_the_other_and_the_log_names_both(own_site: Site) -> None:
    site = trusting(own_site, "printer")
    with capture_logs() as logs:
        assert ask(site, "printer", change(ADA, (REPLACE, "title", ("Pilot",))), "u:ada").code is Code.SUCCESS
        assert ask(site, "printer", change(ADA, (REPLACE, "title", ("Spy",))), "u:dov").code is Code.INSUFFICIENT_ACCESS_RIGHTS
    entry = entry_of(site.directory, Asker(site).session("ada").principal, "ada")
    assert (entry.modified_by, entry.card.formatted_name) == ("ada", "Ada Łukasińska")
    told = [(one["account"], one["acts_as"]) for one in logs if one["event"] == "acting for another"]
    assert told == [("printer", "ada"), ("printer", "dov")]


@pytest.mark.parametrize("who, name", [("ada", "u:bruno"), ("admin", "u:ada"), ("printer", "u:ada")])
def test_nobody_may_unless_the_operator_says_so(site: Site, who: str, name: str) -> None:
    assert ask(site, who, HOME, name).code is Code.AUTHORIZATION_DENIED
    assert ask(trusting(site, "dov"), who, HOME, name).code is Code.AUTHORIZATION_DENIED


@pytest.mark.parametrize("name", ["u:admin", "u:finn", "u:unheard-of", "ada", "x:ada", f"dn:uid=admin,{PEOPLE}", "u:" + "x" * 600])
def test_administrators_closed_accounts_and_strangers_are_refused_alike(site: Site, name: str) -> None:
    refused = ask(trusting(site, "printer"), "printer", HOME, name)
    assert (refused.code, refused.names) == (Code.AUTHORIZATION_DENIED, [])


def test_the_control_must_be_critical_and_goes_with_no_password(site: Site) -> None:
    site = trusting(site, "printer")
    session = Asker(site).session("printer")
    assert answered(site, session, HOME, Control(PROXY, value=b"u:ada")).code is Code.PROTOCOL_ERROR
    assert answered(site, session, PASSWORD, acting_as("u:ada")).code is Code.UNAVAILABLE_CRITICAL_EXTENSION
    nobody = Asker(site).session(None)
    assert answered(site, nobody, HOME, acting_as("u:ada")).code is Code.AUTHORIZATION_DENIED
    assert ask(site, "printer", SearchRequest("", Scope.BASE, Present("objectClass")), "u:ada").code is Code.SUCCESS
