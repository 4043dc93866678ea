# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's work of a script with Debian's python-ldap, run by the system's Python: what it found goes out as JSON.

python_ldap_inside.py URL LOGIN PASSWORD
"""

from __future__ import annotations

import json
import sys

import ldap
from ldap.controls.libldap import AssertionControl, MatchedValuesControl
from ldap.controls.pagedresults import SimplePagedResultsControl
from ldap.controls.readentry import PostReadControl, PreReadControl
from ldap.controls.simple import ProxyAuthzControl
from ldap.controls.sss import SSSRequestControl, SSSResponseControl
from ldap.controls.vlv import VLVRequestControl, VLVResponseControl

SUFFIX = "dc=example,dc=com"
PEOPLE, CLIENTS = f"ou=people,{SUFFIX}", f"ou=clients,ou=books,{SUFFIX}"
SORT, VIEW = SSSResponseControl.controlType, VLVResponseControl.controlType


def names(rows):
    return [dn.partition(",")[0].partition("=")[2] for dn, _ in rows]


def asked(client, controls, condition="(&(mail=*)(cn=*))", base=PEOPLE, attributes=("cn",)):
    number = client.search_ext(base, ldap.SCOPE_SUBTREE, condition, list(attributes), serverctrls=controls)
    _, rows, _, told = client.result3(number)
    return rows, {control.controlType: control for control in told}


def paged(client):
    control = SimplePagedResultsControl(criticality=True, size=300, cookie="")
    pages, found = 0, []
    while True:
        rows, told = asked(client, [control, SSSRequestControl(ordering_rules=["sn", "-givenName"])])
        pages, found = pages + 1, found + names(rows)
        control.cookie = told[SimplePagedResultsControl.controlType].cookie
        if not control.cookie:
            return {"pages": pages, "count": len(found), "distinct": len(set(found))}


def sorted_(client):
    rows, told = asked(client, [SSSRequestControl(criticality=True, ordering_rules=["sn:2.5.13.3", "-givenName"])], attributes=["sn"])
    return {"code": told[SORT].sortResult, "sn": [values["sn"][0].decode() for _, values in rows]}


def viewed(client, **target):
    by = SSSRequestControl(criticality=True, ordering_rules=["cn"])
    rows, told = asked(client, [by, VLVRequestControl(criticality=True, before_count=2, after_count=3, **target)])
    view = told[VIEW]
    cn = [values["cn"][0].decode() for _, values in rows]
    return {"position": view.targetPosition, "count": view.contentCount, "code": view.result, "cn": cn}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def written(client):
    name, after = f"uid=nina,{CLIENTS}", f"uid=nora,{CLIENTS}"
    told = {}
    client.add_s(name, [("objectClass", [b"inetOrgPerson"]), ("cn", [b"Nina Nowak"]), ("sn", [b"Nowak"]), ("title", [b"Buyer"])])
    _, _, _, back, _, _ = client.result4(
        client.modify_ext(
            name,
            [(ldap.MOD_REPLACE, "title", [b"Seller"])],
            serverctrls=[
                AssertionControl(criticality=True, filterstr="(title=buyer)"),
                PreReadControl(criticality=True, attrList=["title"]),
                PostReadControl(criticality=True, attrList=["title"]),
            ],
        )
    )
    told["read"] = [text(control.entry["title"][0]) for control in back]
    try:
        client.modify_ext_s(name, [(ldap.MOD_DELETE, "title", None)], serverctrls=[AssertionControl(True, "(title=buyer)")])
    except ldap.ASSERTION_FAILED:
        told["asserted"] = True
    client.rename_s(name, "uid=nora", delold=1)
    told["compared"] = client.compare_s(after, "title", b"SELLER")
    client.delete_s(after)
    try:
        client.delete_s(after)
    except ldap.NO_SUCH_OBJECT as error:
        told["matched"] = error.args[0]["matched"]
    return told


def main(url, login, password):
    client = ldap.initialize(url)
    client.start_tls_s()
    client.simple_bind_s(login, password)
    told = {"whoami": client.whoami_s(), "paged": paged(client), "sorted": sorted_(client)}
    told["by offset"] = viewed(client, offset=500, content_count=1000)
    told["by value"] = viewed(client, greater_than_or_equal="łuk".encode())
    told["written"] = written(client)
    matched = MatchedValuesControl(criticality=True, filterstr="((mail=ada@*))")
    rows, _ = asked(client, [matched], "(uid=ada)", attributes=())
    told["matched"] = sorted(rows[0][1])
    rows, _ = asked(client, [ProxyAuthzControl(True, b"u:esme")], "(uid=bruno)", attributes=("mail",))
    told["as esme"] = sorted(rows[0][1])
    client.passwd_s(None, password, "another-long-password")
    again = ldap.initialize(url)
    again.simple_bind_s(login, "another-long-password")
    again.passwd_s(None, "another-long-password", password)
    for one in (again, client):
        one.unbind_s()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
