# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.delivery import notices
from dirserver.store.delivery.notices import MOST_NAMES, NoticeRow
from tests.cast import Company
from tests.parts import CoreParts


def test_what_is_not_read_yet_is_joined_and_counted(parts: CoreParts, company: Company) -> None:
    ada = company.ada.account_id
    with parts.store.writing() as tx:
        for number in range(MOST_NAMES + 2):
            notices.tell(tx, NoticeRow(0, ada, "entries.deleted", "book:clients", "bruno", (f"N{number}",), 1, "", number))
        notices.tell(tx, NoticeRow(0, ada, "entries.deleted", "book:clients", "chika", ("X",), 1, "", 9))
        (chika, bruno) = notices.listed(tx, ada)
        assert (bruno.count, len(bruno.names), bruno.at_us, notices.unseen(tx, ada)) == (MOST_NAMES + 2, MOST_NAMES, MOST_NAMES + 1, 2)
        notices.see(tx, ada, 10, bruno.id)
        assert notices.unseen(tx, ada) == 1
        notices.tell(tx, NoticeRow(0, ada, "entries.deleted", "book:clients", "bruno", ("Y",), 1, "", 11))
        assert [(one.actor, one.count) for one in notices.listed(tx, ada)] == [("bruno", 1), ("chika", 1), ("bruno", MOST_NAMES + 2)]
        notices.forget(tx, ("entries.deleted",), "book:clients")
        assert [one.id for one in notices.listed(tx, ada)] == [bruno.id]
        assert chika.seen_us is None
        assert len(notices.administrators(tx)) == 1
        notices.see(tx, ada, 10 + 181 * 24 * 3600 * 1_000_000, 0)
        assert notices.listed(tx, ada) == ()
