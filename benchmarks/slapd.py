# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenLDAP's slapd with the same people, in a folder of its own, to be measured beside our LDAP door in one run.

Twice: with the indexes that people usually set, and tuned for parts of words (three letters). Debian's packages slapd and ldap-utils.
"""

from __future__ import annotations

import base64
import csv
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import make_certificate

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
SUFFIX = "dc=example,dc=com"
READER = f"uid=reader,{SUFFIX}"
PASSWORD = "reader-has-a-password"
_WAIT_S = 30.0
_FIELDS = ("cn", "sn", "givenName", "mail", "telephoneNumber", "mobile", "title", "o", "ou", "l")
_USUAL = "index objectClass eq\nindex cn,sn,givenName,mail,uid eq,sub\nindex telephoneNumber,mobile eq\n"
_TUNED = "index_substr_if_minlen 3\nindex_substr_if_maxlen 3\nindex_substr_any_len 3\nindex_substr_any_step 1\n"
_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
sizelimit unlimited
threads 4
TLSCertificateFile {folder}/localhost.pem
TLSCertificateKeyFile {folder}/localhost.key
{tuning}database mdb
suffix "{suffix}"
rootdn "cn=admin,{suffix}"
directory {folder}/data
maxsize 4294967296
access to * by anonymous auth by users read
{indexes}"""


@dataclass
class Started:
    """A server that was started for a comparison."""

    process: subprocess.Popen[bytes]

    @property
    def pids(self) -> list[int]:
        """The processes that do the work."""
        return [self.process.pid]

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@dataclass
class Slapd(Started):
    """A running slapd."""

    port: int
    tls_port: int
    began: float
    """When it was started, by time.perf_counter()."""


def start_slapd(folder: Path, people: Path, ports: tuple[int, int], *, is_tuned: bool) -> Slapd:
    """Load the people of a CSV file and serve them at two ports, the second under TLS."""
    (folder / "data").mkdir(parents=True)
    make_certificate(folder)
    config = folder / "slapd.conf"
    config.write_text(_CONFIG.format(folder=folder, suffix=SUFFIX, tuning=_TUNED if is_tuned else "", indexes=_USUAL))
    ldif = folder / "people.ldif"
    _write_ldif(people, ldif)
    subprocess.run(["/usr/sbin/slapadd", "-q", "-f", config, "-l", ldif], check=True, capture_output=True)
    ldif.unlink()
    urls = f"ldap://127.0.0.1:{ports[0]} ldaps://127.0.0.1:{ports[1]}"
    began = time.perf_counter()
    process = subprocess.Popen([str(SLAPD), "-f", str(config), "-h", urls, "-d", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", ports[0]), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return Slapd(process, *ports, began)


def _write_ldif(people: Path, target: Path) -> None:
    with people.open(encoding="utf-8-sig", newline="") as stream, target.open("w") as out:
        out.write(f"dn: {SUFFIX}\nobjectClass: domain\ndc: example\n\n")
        out.write(f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n\n")
        out.write(f"dn: {READER}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: reader\nuserPassword: {PASSWORD}\n\n")
        for row in csv.DictReader(stream):
            out.write(f"dn: uid={row['uid']},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {row['uid']}\n")
            for name in _FIELDS:
                if row.get(name):
                    out.write(f"{name}:: {base64.b64encode(row[name].encode()).decode()}\n")
            out.write("\n")
