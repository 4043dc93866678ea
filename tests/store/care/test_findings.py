# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.principal import Principal
from dirserver.store.care import findings, suspects
from dirserver.store.care.findings import Found, Where
from tests.cast import make_company, uuid_of
from tests.parts import open_parts


def test_findings_are_replaced_counted_and_listed_by_name(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    with parts.directory.reading(Principal.system()) as reading:
        book = reading.book("people").book
    with parts.store.writing() as tx:
        ids = suspects.all_ids(tx, book.id, 0, 3)
        both = [Found(ids[0], "white-space", "cn"), Found(ids[0], "white-space", "title"), Found(ids[1], "mail-syntax", "mail")]
        findings.replace(tx, book.id, ids, both)
        findings.replace(tx, book.id, ids[:1], both[:1])
        assert findings.counts(tx, book.id) == {("white-space", "cn"): 1, ("mail-syntax", "mail"): 1}
        assert findings.concerned(tx, book.id, ("cn", "mail")) == 2
        assert findings.listed(tx, book.id, ("white-space", "mail-syntax"), ("cn",)) == (Where(uuid_of("bruno"), "white-space", "cn"),)
        assert findings.filled(tx, book.id, ("mail", "manager")) == {"mail": 8, "manager": 7}
        assert sorted(findings.spelled_in(tx, book.id, "ou", ids)) == [(number, "sales") for number in ids]
        assert len(list(findings.spelled(tx, book.id, "ou"))) == 8
        assert len(findings.reports(tx, book.id, {uuid_of("ada")})) == 3
        assert findings.managers(tx, {uuid_of("ada")})[uuid_of("ada")].manager == uuid_of("bruno")
        assert findings.states(tx, book.id) == {"active": 8}
    parts.close()
