# SPDX-License-Identifier: GPL-3.0-or-later
"""What fuzzing begins with: input that is right, for each reader of what strangers send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dirserver.ldap.wire.message import BindRequest, Message
from tests.ldap.dialogue import search_of
from tests.ldap.speech import encode_message

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "card" / "corpus").glob("*.vcf"))]
LDIF = [
    b"version: 1\n\ndn: uid=ada,dc=example\nobjectClass: inetOrgPerson\nuid: ada\ncn:: QWRh\nsn: L\n telace\nmail: a@b.c\n\n",
    b"dn: uid=a\nobjectclass: person\nuserPassword: {SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3\n\ndn: uid=b\nchangetype: delete\n",
]
CSV = [
    b'Name,Mail,Phone\r\nAda,a@b.c,+34 1\r\n"B ""b""","x\ny",\r\n',
    "sep=;\nNachname;Telefon\nMüller;1\n".encode("cp1252"),
    b"uid\tcn\tmail\n1\t2\t3\n",
]
XML = [
    b'<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:getetag/><x:y xmlns:x="urn:x">t</x:y></d:prop></d:propfind>',
    b'<d:sync-collection xmlns:d="DAV:"><d:sync-token>http://x/1</d:sync-token><d:sync-level>1</d:sync-level><d:prop/></d:sync-collection>',
]
DNS = ["uid=ada,ou=people,dc=example,dc=com", 'cn="a,b"+sn=c\\, d\\20,2.5.4.3=#0c0141', "", "cn=\\e2\\82\\ac;ou = x "]
MESSAGES = [
    encode_message(Message(1, BindRequest(3, "uid=ada,ou=people,dc=example,dc=com", b"secret"))),
    encode_message(Message(2, search_of("(cn=*ad*)"))),
]
HEADERS = [b"Basic YWRhOnNlY3JldA==", b"Basic YWRhJTQwZXhhbXBsZS5jb206eA==", b"/people/?q=a", b"//evil.example/", b"/\\evil.example"]
TOKENS = [b"urn:dirserver:sync:AAAA-12", b"data:,1_2", b"rid=001,sid=001,csn=20261127210822.000001Z#000001#001#000002"]

SEEDS: Mapping[str, Sequence[bytes]] = {
    "card": CORPUS,
    "cards": CORPUS,
    "ldif": LDIF,
    "csv": CSV,
    "ldap": MESSAGES,
    "dn": [each.encode() for each in DNS],
    "xml": XML,
    "header": HEADERS,
    "token": TOKENS,
}
"""By the names of ``tests.fuzz.guided.READERS``."""
