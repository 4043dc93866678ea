# SPDX-License-Identifier: GPL-3.0-or-later
"""LDAP by the libraries that other people's scripts are made with, and by OpenLDAP's tools with their controls, on a real site."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import ldap3
import pytest
from ldap3.core.exceptions import LDAPAssertionFailedResult, LDAPInvalidCredentialsResult

from dirserver.model.fold import fold
from tests.cast import password_of
from tests.certificates import make_certificate
from tests.e2e.ldap_tools import PEOPLE
from tests.e2e.people import NAMES, SIZE
from tests.e2e.site import SUFFIX, Site, copied, serving
from tests.programs import absent, find_program

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ADA = f"uid=ada,{PEOPLE}"
CLIENTS = f"ou=clients,ou=books,{SUFFIX}"
_INSIDE = Path(__file__).with_name("python_ldap_inside.py")


@pytest.fixture(scope="module")
def site(company_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The company with StartTLS; Ada may act as others."""
    site = copied(company_folder, tmp_path_factory.mktemp("clients") / "site")
    make_certificate(site.folder)
    site.set("tls_certificate", '"localhost.pem"', section="ldap")
    site.set("tls_key", '"localhost.key"', section="ldap")
    site.set("may_act_as_others", '["ada"]', section="ldap")
    with serving(site):
        yield site
        site.assert_quiet_log()


def test_python_ldap_does_a_days_work(site: Site) -> None:
    python = find_program("/usr/bin/python3", package="python3")
    if subprocess.run([python, "-c", "import ldap"], capture_output=True, check=False).returncode != 0:
        absent("python-ldap is not installed: apt install python3-ldap (or run 'make packages' as root)")
    command = [python, str(_INSIDE), site.ldap_url, "ada", password_of("ada")]
    trust = {"LDAPTLS_CACERT": str(site.folder / "localhost.pem"), "PATH": "/usr/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=trust)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["whoami"] == f"dn:{ADA}"
    assert told["paged"]["count"] == told["paged"]["distinct"] == told["by value"]["count"]
    assert told["paged"]["pages"] == 4
    assert told["sorted"]["code"] == 0
    families = [fold(name) for name in told["sorted"]["sn"]]
    assert (families, len(families)) == (sorted(families), told["paged"]["count"])
    middle, typed = told["by offset"], told["by value"]
    assert (middle["code"], len(middle["cn"]), middle["position"]) == (0, 6, middle["count"] * 500 // 1000)
    assert (typed["code"], len(typed["cn"])) == (0, 6)
    assert fold(typed["cn"][1]) < "luk" <= fold(typed["cn"][2])
    assert told["written"]["read"] == ["Buyer", "Seller"]
    assert (told["written"]["asserted"], told["written"]["compared"], told["written"]["matched"]) == (True, True, CLIENTS)
    assert told["matched"] == ["mail"]
    assert told["as esme"] == []


def test_ldap3_does_a_days_work(site: Site) -> None:
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(site.folder / "localhost.pem"))
    server = ldap3.Server("localhost", site.ldap_port, get_info=ldap3.ALL, tls=tls)
    with ldap3.Connection(server, ADA, password_of("ada"), auto_bind=ldap3.AUTO_BIND_TLS_BEFORE_BIND, raise_exceptions=True) as client:
        assert client.extend.standard.who_am_i() == f"dn:{ADA}"
        assert {"1.2.840.113556.1.4.473", "2.16.840.1.113730.3.4.9"} <= {oid for oid, *_ in server.info.supported_controls}
        assert "inetOrgPerson" in server.schema.object_classes
        found = client.extend.standard.paged_search(PEOPLE, "(objectClass=person)", attributes=["cn"], paged_size=100, generator=True)
        assert sum(entry["type"] == "searchResEntry" for entry in found) == SIZE
        client.search(PEOPLE, "(mail=bruno@*)", attributes=[ldap3.ALL_ATTRIBUTES, ldap3.ALL_OPERATIONAL_ATTRIBUTES])
        (found,) = client.response
        assert (found["attributes"]["cn"], found["attributes"]["entryDN"]) == ([NAMES["bruno"]], f"uid=bruno,{PEOPLE}")
        assert found["attributes"]["modifyTimestamp"].tzinfo is not None
        nina = f"uid=nina,{CLIENTS}"
        client.add(nina, ["inetOrgPerson"], {"cn": "Nina Nowak", "sn": "Nowak", "telephoneNumber": ["+49 30 1", "+49 30 2"]})
        client.modify(nina, {"telephoneNumber": [(ldap3.MODIFY_DELETE, ["+49301"])], "title": [(ldap3.MODIFY_ADD, ["Buyer"])]})
        assert client.compare(nina, "title", "buyer")
        # RFC 4528: only if her title is still another one.
        asserted = ("1.3.6.1.1.12", True, b"\xa3\x0f\x04\x05title\x04\x06Seller")
        with pytest.raises(LDAPAssertionFailedResult):
            client.delete(nina, controls=[asserted])
        client.modify_dn(nina, "uid=nora")
        client.delete(f"uid=nora,{CLIENTS}")
        assert client.extend.standard.modify_password(old_password=password_of("ada"), new_password="a-new-long-password")
    with pytest.raises(LDAPInvalidCredentialsResult):
        ldap3.Connection(server, ADA, password_of("ada"), auto_bind=True, raise_exceptions=True)
    with ldap3.Connection(server, "ada", "a-new-long-password", auto_bind=True, raise_exceptions=True) as client:
        assert client.extend.standard.modify_password(old_password="a-new-long-password", new_password=password_of("ada"))


def ran(site: Site, program: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    path = find_program(program, package="ldap-utils")
    command = [path, "-x", "-o", "ldif-wrap=no", "-H", site.ldap_url, "-D", "ada", "-w", password_of("ada"), *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=120)


def uids(found: subprocess.CompletedProcess[str], *, first: bool = False) -> list[str]:
    """Who was found, in order; of the ``first`` answer, since ldapsearch goes on to browse where nobody stops it."""
    told = found.stdout.partition("# search result")[0] if first else found.stdout
    return re.findall(r"^dn: uid=([^,]+),", told, re.MULTILINE)


def test_openldaps_tools_sort_browse_read_back_assert_and_act_for_others(site: Site) -> None:
    cast = "(|" + "".join(f"(uid={login})" for login in NAMES) + ")"
    everybody = ["dov", "bruno", "ada", "esme", "chika"]

    def searched(*words: str) -> subprocess.CompletedProcess[str]:
        return ran(site, "ldapsearch", "-b", PEOPLE, *words)

    assert uids(searched("-E", "!sss=sn:2.5.13.3/-givenName", cast, "1.1")) == everybody
    assert uids(searched("-E", "!sss=-sn", "-E", "!pr=2/noprompt", cast, "1.1")) == everybody[::-1]
    middle = searched("-E", "!sss=sn", "-E", "!vlv=1/1/3/5", cast, "1.1")
    assert uids(middle, first=True) == everybody[1:4]
    assert re.search(r"vlvResult: pos=3 count=5 context=\S* \(0\) Success", middle.stdout)
    assert re.search(r"sortResult: \(0\) Success", middle.stdout)
    assert uids(searched("-E", "!sss=sn", "-E", "!vlv=0/1:L", cast, "1.1"), first=True) == ["ada", "esme"]
    for words, code in ((("-E", "!sss=jpegPhoto"), 12), (("-E", "!sss=sn", "-E", "!vlv=0/0/9/0"), 76)):
        assert searched(*words, cast, "1.1").returncode == code
    assert re.findall(r"^(\w+): ", searched("-E", "!mv=(mail=ada@example.com)", "(uid=ada)").stdout, re.MULTILINE).count("mail") == 1
    assert uids(searched("-e", "!assert=(ou=people)", cast, "1.1"))
    assert searched("-e", "!assert=(ou=books)", cast, "1.1").returncode == 122
    titled = f"dn: {ADA}\nchangetype: modify\nreplace: telephoneNumber\ntelephoneNumber: +49 30 1234\n"
    changed = ran(site, "ldapmodify", "-e", "preread=telephoneNumber", "-e", "!postread=telephoneNumber", given=titled)
    assert (changed.returncode, changed.stdout.count("telephoneNumber: +49")) == (0, 2)
    assert changed.stdout.rpartition("telephoneNumber: ")[2].startswith("+49 30 1234\n")
    assert ran(site, "ldapwhoami", "-e", "!authzid=u:bruno").stdout == f"dn:uid=bruno,{PEOPLE}\n"
    assert "Proxied Authorization Denied (123)" in ran(site, "ldapwhoami", "-e", "!authzid=u:nobody").stderr
