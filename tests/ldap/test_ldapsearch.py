# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's own tools against a real listening process."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest

from tests.cast import ADA_HOME, ADA_MOBILE, device_of, password_of, uuid_of
from tests.ldap.conftest import SUFFIX, Server
from tests.programs import absent

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def tools() -> None:
    if shutil.which("ldapsearch") is None:
        absent("ldapsearch (Debian: ldap-utils) is not installed")


def ran(
    server: Server, program: str, *arguments: str, who: str | None = "ada", password: str | None = None
) -> subprocess.CompletedProcess[str]:
    login = [] if who is None else ["-D", who, "-w", password or password_of(who)]
    return subprocess.run([program, "-x", "-H", server.url, *login, *arguments], capture_output=True, text=True, check=False, timeout=60)


def search(server: Server, *arguments: str, who: str | None = "ada", base: str = SUFFIX) -> subprocess.CompletedProcess[str]:
    return ran(server, "ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", base, *arguments, who=who)


def dns(found: subprocess.CompletedProcess[str]) -> list[str]:
    plain = [line.removeprefix("dn: ") for line in found.stdout.splitlines() if line.startswith("dn: ")]
    return plain + [base64.b64decode(line.removeprefix("dn:: ")).decode() for line in found.stdout.splitlines() if line.startswith("dn:: ")]


def person(login: str) -> str:
    return f"uid={login},ou=people,{SUFFIX}"


def test_the_root_dse_is_for_everybody(server: Server) -> None:
    found = search(server, "-s", "base", "*", "+", who=None, base="")
    assert found.returncode == 0
    assert f"namingContexts: {SUFFIX}" in found.stdout
    assert f"defaultNamingContext: {SUFFIX}" in found.stdout
    assert "supportedLDAPVersion: 3" in found.stdout
    assert "subschemaSubentry: cn=Subschema" in found.stdout


def test_nobody_is_told_to_sign_in(server: Server) -> None:
    found = search(server, who=None)
    assert found.returncode == 50
    assert "sign in first" in found.stderr
    assert dns(found) == []


def test_ada_finds_bruno_in_every_way_she_may_type_him(server: Server) -> None:
    for wanted in (
        "(uid=bruno)",
        "(cn=Bruno Konigsmann)",
        "(cn=*königs*)",
        "(sn=KÖNIGS*)",
        "(mail=bruno@example.com)",
        "(surname=Konigsmann)",
    ):
        assert dns(search(server, wanted)) == [person("bruno")], wanted


def test_thunderbird_and_outlook_find_her(server: Server) -> None:
    thunderbird = "(|(cn=*lukas*)(mail=*lukas*)(givenName=*lukas*)(sn=*lukas*))"
    outlook = "(&(mail=*)(|(mail=luka*)(|(cn=luka*)(|(sn=luka*)(givenName=luka*)))))"
    for wanted in (thunderbird, outlook):
        assert dns(search(server, wanted)) == [person("ada")]


def test_unknown_attributes_do_not_spoil_a_filter(server: Server) -> None:
    assert dns(search(server, "(|(uid=ada)(icsCalendar=*x*)(foo=bar))")) == [person("ada")]
    assert dns(search(server, "(&(uid=ada)(!(foo=bar)))")) == []


def test_everything_below_the_suffix(server: Server) -> None:
    found = dns(search(server))
    units = [SUFFIX, f"ou=people,{SUFFIX}", f"ou=books,{SUFFIX}", f"ou=groups,{SUFFIX}", f"ou=clients,ou=books,{SUFFIX}"]
    assert found[:5] == units
    assert {f"cn={name},ou=groups,{SUFFIX}" for name in ("contractors", "hr", "sales")} <= set(found)
    assert sum(dn.endswith(f",ou=people,{SUFFIX}") for dn in found) == 8
    assert sum(dn.endswith(f",ou=clients,ou=books,{SUFFIX}") for dn in found) == 3
    assert not any("~" in dn for dn in found)


def test_one_level_and_base(server: Server) -> None:
    assert dns(search(server, "-s", "one")) == [f"ou={name},{SUFFIX}" for name in ("people", "books", "groups")]
    assert dns(search(server, "-s", "base", base=person("ada"))) == [person("ada")]
    assert dns(search(server, "-s", "one", base=person("ada"))) == []
    assert dns(search(server, "-s", "base", base=f"cn=Bruno Konigsmann,ou=people,{SUFFIX}")) == [person("bruno")]


def test_an_empty_base_means_everything(server: Server) -> None:
    assert dns(search(server, "(uid=zoe)", base="")) == [person("zoe")]


def test_a_missing_entry_names_what_is_above_it(server: Server) -> None:
    found = search(server, base=f"uid=nobody,ou=people,{SUFFIX}")
    assert found.returncode == 32
    assert f"matched DN: ou=people,{SUFFIX}" in found.stderr.lower().replace("matched dn", "matched DN")


def test_esme_sees_names_and_work_numbers_only(server: Server) -> None:
    found = search(server, "(uid=ada)", who="esme").stdout
    assert "telephoneNumber:" in found
    assert ADA_MOBILE not in found
    assert "mail:" not in found
    assert dns(search(server, f"(mobile={ADA_MOBILE})", who="esme")) == []
    assert dns(search(server, f"(mobile={ADA_MOBILE})", who="dov")) == [person("ada")]
    # What she may not read is Undefined, whichever way she asks; her own number is hers to read.
    assert dns(search(server, "(&(objectClass=person)(!(mobile=1)))", who="esme", base=f"ou=people,{SUFFIX}")) == [person("esme")]


def test_only_ada_and_hr_see_her_home_number(server: Server) -> None:
    for who, sees in (("ada", True), ("chika", True), ("dov", False), ("bruno", False)):
        assert (ADA_HOME in search(server, "(uid=ada)", who=who).stdout) is sees, who
        assert (dns(search(server, f"(homePhone={ADA_HOME})", who=who)) == [person("ada")]) is sees, who


def test_numbers_in_any_spelling(server: Server) -> None:
    for wanted in ("+49 151 5550101", "004915155550101", "0151/5550101", "+491515550101"):
        assert dns(search(server, f"(|(telephoneNumber={wanted})(mobile={wanted}))", who="dov")) in ([person("ada")], []), wanted
    assert dns(search(server, "(mobile=0151 555 0101)", who="dov")) == [person("ada")]
    assert dns(search(server, "(mobile=foo*)", who="dov")) == []


def test_managers_and_groups_by_dn(server: Server) -> None:
    assert set(dns(search(server, f"(manager={person('bruno')})"))) == {person(login) for login in ("ada", "chika", "esme")}
    assert dns(search(server, f"(manager=uid=nobody,ou=people,{SUFFIX})")) == []
    assert set(dns(search(server, f"(memberOf=cn=sales,ou=groups,{SUFFIX})"))) == {person("ada"), person("bruno")}
    assert dns(search(server, f"(entryDN={person('zoe')})")) == [person("zoe")]
    assert dns(search(server, f"(entryUUID={uuid_of('zoe')})")) == [person("zoe")]
    assert dns(search(server, f"(&(objectClass=groupOfNames)(member={person('ada')}))")) == [f"cn=sales,ou=groups,{SUFFIX}"]
    assert f"manager: {person('bruno')}" in search(server, "(uid=ada)", "manager").stdout


def test_attributes_come_under_the_names_that_were_asked(server: Server) -> None:
    found = search(server, "(uid=bruno)", "surname", "2.5.4.42", "MAIL").stdout
    assert "surname:: " in found
    assert "givenName: Bruno" in found
    assert "MAIL: bruno@example.com" in found
    assert "cn:" not in found


def test_photos_only_when_named(server: Server) -> None:
    assert "jpegPhoto" not in search(server, "(uid=ada)").stdout
    assert "jpegPhoto" not in search(server, "(uid=ada)", "*", "+").stdout
    named = search(server, "(uid=ada)", "jpegPhoto").stdout
    photo = base64.b64decode(next(line for line in named.splitlines() if line.startswith("jpegPhoto:: ")).removeprefix("jpegPhoto:: "))
    assert photo.startswith(b"\xff\xd8\xff")


def test_operational_attributes_only_when_asked(server: Server) -> None:
    assert "entryUUID" not in search(server, "(uid=ada)").stdout
    found = search(server, "(uid=ada)", "+").stdout
    for line in (
        f"entryUUID: {uuid_of('ada')}",
        f"entryDN: {person('ada')}",
        f"memberOf: cn=sales,ou=groups,{SUFFIX}",
        "hasSubordinates: FALSE",
    ):
        assert line in found
    assert "cn:" not in found
    assert search(server, "(uid=ada)", "1.1").stdout.split() == ["dn:", person("ada")]


def test_types_only(server: Server) -> None:
    found = search(server, "-A", "(uid=bruno)", "mail", "telephoneNumber").stdout.splitlines()
    assert sorted(line for line in found if line and not line.startswith("dn")) == ["mail:", "telephoneNumber:"]


def test_a_size_limit_gives_what_was_found(server: Server) -> None:
    found = search(server, "-z", "3", "(objectClass=person)")
    assert found.returncode == 4
    assert len(dns(found)) == 3
    exactly = search(server, "-z", "8", "(objectClass=person)", base=f"ou=people,{SUFFIX}")
    assert (exactly.returncode, len(dns(exactly))) == (0, 8)


def test_a_search_comes_page_by_page(server: Server) -> None:
    whole = search(server, "(objectClass=*)", "1.1")
    paged = search(server, "-E", "!pr=3/noprompt", "(objectClass=*)", "1.1")
    assert (paged.returncode, dns(paged)) == (0, dns(whole))
    assert paged.stdout.count("pagedresults: cookie=") > 3


def test_unknown_critical_controls_are_refused_and_others_ignored(server: Server) -> None:
    assert search(server, "-E", "!1.2.3.4.5", "(uid=ada)").returncode == 12
    assert dns(search(server, "-E", "1.2.3.4.5", "(uid=ada)")) == [person("ada")]


def test_dns_in_other_clothes(server: Server) -> None:
    assert dns(search(server, "-s", "base", base="UID=ADA , OU=People,DC=EXAMPLE,DC=COM")) == [person("ada")]
    assert search(server, base="no dn at all").returncode == 34


@pytest.mark.parametrize(
    "name", ["ada", "Ada", "ada@example.com", "EXAMPLE\\ada", f"uid=ada,ou=people,{SUFFIX}", f"cn=ada,ou=people,{SUFFIX}", "uid=ada"]
)
@pytest.mark.parametrize("password", [password_of("ada"), device_of("ada")])
def test_ada_binds_by_every_name_she_has(server: Server, name: str, password: str) -> None:
    found = ran(server, "ldapwhoami", who=name, password=password)
    assert (found.returncode, found.stdout) == (0, f"dn:{person('ada')}\n")


def test_who_has_no_entry_is_told_its_login(server: Server) -> None:
    assert ran(server, "ldapwhoami", who="printer").stdout == "u:printer\n"
    assert ran(server, "ldapwhoami", who=None).stdout == "anonymous\n"


def test_wrong_passwords_and_closed_accounts_look_the_same(server: Server) -> None:
    answers = {
        (found.returncode, found.stderr)
        for found in (
            ran(server, "ldapwhoami", who="zoe", password="wrong"),
            ran(server, "ldapwhoami", who="finn"),
            ran(server, "ldapwhoami", who="unheard-of", password="wrong"),
            ran(server, "ldapwhoami", who="uid=unheard-of,dc=other", password="wrong"),
        )
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 49


def test_compare(server: Server) -> None:
    def compared(assertion: str, who: str = "dov") -> int:
        return ran(server, "ldapcompare", person("ada"), assertion, who=who).returncode

    assert compared("mail:ADA@example.com") == 6
    assert compared("mail:bruno@example.com") == 5
    assert compared("foo:bar") == 17
    assert compared("pager:1") == 16
    assert compared(f"homePhone:{ADA_HOME}") == 16
    assert compared(f"homePhone:{ADA_HOME}", who="ada") == 6


def written(server: Server, program: str, ldif: str, *arguments: str, who: str) -> subprocess.CompletedProcess[str]:
    login = ["-D", who, "-w", password_of(who)]
    command = [program, "-x", "-H", server.url, *login, *arguments]
    return subprocess.run(command, input=ldif, capture_output=True, text=True, check=False, timeout=60)


def test_debians_tools_add_change_rename_and_delete(server: Server) -> None:
    nils, niels = person("nils"), person("niels")
    added = f"dn: {nils}\nobjectClass: inetOrgPerson\nuid: nils\ncn: Nils Holgersson\nsn: Holgersson\nmanager: {person('ada')}\n"
    assert written(server, "ldapadd", added, who="chika").returncode == 0
    assert written(server, "ldapadd", added, who="chika").returncode == 68
    changed = (
        f"dn: {nils}\nchangetype: modify\nadd: mail\nmail: nils@example.com\nmail: n@example.com\n-\ndelete: mail\nmail: n@example.com\n"
    )
    assert written(server, "ldapmodify", changed, who="chika").returncode == 0
    assert written(server, "ldapmodify", changed.replace("delete", "increment"), who="chika").returncode != 0
    refused = written(server, "ldapmodify", changed, who="dov")
    assert refused.returncode == 50
    assert "you may not change 'mail'" in refused.stderr
    assert ran(server, "ldapmodrdn", "-r", nils, "uid=niels", who="chika").returncode == 0
    found = search(server, "(uid=niels)", "mail", "manager").stdout
    assert (f"dn: {niels}" in found, "mail: nils@example.com" in found, f"manager: {person('ada')}" in found) == (True, True, True)
    assert found.count("mail:") == 1
    assert ran(server, "ldapdelete", niels, who="chika").returncode == 0
    assert ran(server, "ldapdelete", niels, who="chika").returncode == 32


def test_ldappasswd_changes_a_password(server: Server) -> None:
    old, new = password_of("ludo"), "a-new-and-long-password"
    assert "your present password too" in ran(server, "ldappasswd", "-s", new, who="ludo").stdout
    assert ran(server, "ldappasswd", "-a", old, "-s", new, who="ludo").returncode == 0
    assert ran(server, "ldapwhoami", who="ludo").returncode == 49
    made = ran(server, "ldappasswd", "-a", password_of("admin"), person("ludo"), who="admin")
    assert made.returncode == 0
    secret = made.stdout.removeprefix("New password: ").strip()
    assert ran(server, "ldapwhoami", who="ludo", password=secret).returncode == 0
    assert ran(server, "ldappasswd", "-a", password_of("admin"), "-s", old, person("ludo"), who="admin").returncode == 0


def test_start_tls_and_sasl_are_refused_cleanly(server: Server) -> None:
    assert "StartTLS is not available" in ran(server, "ldapwhoami", "-ZZ").stderr
    sasl = subprocess.run(["ldapwhoami", "-Y", "EXTERNAL", "-H", server.url], capture_output=True, text=True, check=False, timeout=60)
    assert sasl.returncode != 0


def test_the_subschema_is_there(server: Server) -> None:
    found = search(server, "-s", "base", "(objectClass=subschema)", "attributeTypes", "objectClasses", base="cn=Subschema", who=None)
    assert "NAME 'inetOrgPerson'" in found.stdout
    assert "NAME ( 'sn' 'surname' )" in found.stdout
