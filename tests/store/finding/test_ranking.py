# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.fold import fold
from dirserver.store.entries import entries
from dirserver.store.finding import ranking
from tests.cast import make_company, uuid_of
from tests.parts import open_parts

STAFF = ("ada", "bruno", "chika", "dov", "esme", "zoe", "ludo")


def test_who_is_called_so_comes_first_then_whose_name_begins_so_then_the_others_by_name(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    with parts.store.reading() as tx:
        rows = {login: entries.by_uuid(tx, uuid_of(login)) for login in STAFF}
        logins = {row.id: login for login, row in rows.items()}
        ids = [rows[login].id for login in STAFF]

        def told(word, order="", *, is_by_name=True, offset=0, limit=9):
            found = ranking.in_order(tx, ids, fold(word), order, is_by_name=is_by_name, offset=offset, limit=limit)
            return [logins[number] for number in found]

        by_name = sorted(STAFF, key=lambda login: rows[login].row.sort_key)
        assert told("") == by_name
        assert told("", offset=2, limit=3) == by_name[2:5]
        assert told("", limit=0) == []
        assert told("ludo")[0] == "ludo"
        assert told("sm")[:2] == [login for login in by_name if "smi" in rows[login].row.sort_key][:2]
        assert told("", is_by_name=False) == sorted(STAFF)
        assert told("smith", is_by_name=False) == sorted(STAFF), "names are hidden"
        polish = {login: rows[login].row.key_pl or rows[login].row.sort_key for login in STAFF}
        assert told("", "pl") == sorted(STAFF, key=polish.__getitem__)
    parts.close()
