# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.accounts import usage
from dirserver.store.accounts.usage import Use
from dirserver.store.care import confirmations
from dirserver.store.care.confirmations import Asked, Border
from dirserver.store.entries import entries, purges
from tests.cast import uuid_of

FOREVER = Border(stale_us=2**60, again_us=2**60, most=2)


def test_who_was_asked_counts_until_somebody_confirms_and_a_link_is_used_once(parts, company):
    now = parts.clock()
    with parts.store.writing() as tx:
        page, *more = confirmations.due(tx, FOREVER, at_once=4)
        rest = [one for each in more for one in each]
        assert [len(each) for each in more] == [4, 3]
        assert len({one.uuid for one in (*page, *rest)}) == 11
        (ada,) = [one for one in (*page, *rest) if one.uuid == uuid_of("ada")]
        confirmations.note(tx, [ada], company.ada.account_id, "digest", now, now + 10)
        assert confirmations.states(tx, [ada.uuid]) == {ada.uuid: Asked(company.ada.account_id, 1, now)}
        assert confirmations.last_letter(tx, company.ada.account_id) == now
        assert [one.uuid for one in confirmations.of_link(tx, "digest", now)] == [ada.uuid]
        assert confirmations.of_link(tx, "digest", now + 10) == confirmations.of_link(tx, "", now) == ()
        assert (confirmations.use(tx, "digest"), confirmations.use(tx, "digest"), confirmations.use(tx, "")) == (True, False, False)
        (again,) = confirmations.still_due(tx, FOREVER, [ada.entry_id])
        confirmations.note(tx, [again], company.ada.account_id, "digest", now, now + 10)
        assert confirmations.still_due(tx, FOREVER, [ada.entry_id]) == ()
        confirmations.void(tx, company.ada.account_id)
        assert confirmations.of_link(tx, "digest", now) == ()
        assert list(confirmations.escalate(tx, FOREVER, now).values()) == [1]
        assert confirmations.escalate(tx, FOREVER, now) == {}
        entries.confirm(tx, ada.entry_id, now + 1)
        assert confirmations.states(tx, [ada.uuid]) == {}
        purges.remove(tx, ada.entry_id, ada.uuid)
        assert usage.devices(tx) == (Use("", "", 7),)
