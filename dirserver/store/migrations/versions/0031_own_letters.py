# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists stand in the order of the reader's language: keys for entries whose names have letters that are letters of their own there.

Revision: 0031
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from dirserver.model.alphabet import OWN_LETTERS, key_of
from dirserver.model.fold import fold

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_LONGEST = 200
_CHUNK = 1000


def upgrade() -> None:
    """Add the keys, fill them, index them."""
    for order in ("es", "pl", "eo"):
        op.add_column("entry", sa.Column(f"key_{order}", KEY))
    _fill()
    for order in ("es", "pl", "eo"):
        present = sa.text(f"key_{order} IS NOT NULL")
        columns = ["book_id", "state", f"key_{order}", "id"]
        op.create_index(f"ix_entry_key_{order}", "entry", columns, sqlite_where=present, postgresql_where=present)


def _fill() -> None:
    bind = op.get_bind()
    changed = sa.text("UPDATE entry SET key_es = :es, key_pl = :pl, key_eo = :eo WHERE id = :id")
    last = 0
    while rows := bind.execute(
        sa.text("SELECT id, sort_key, display, card FROM entry WHERE id > :last ORDER BY id LIMIT :most"), {"last": last, "most": _CHUNK}
    ).all():
        last = rows[-1][0]
        keys = []
        for number, sort_key, display, card in rows:
            own = _keys(sort_key, f"{display} {_name_in(card)}")
            if own:
                keys.append({"id": number, **{order: own.get(order) for order in OWN_LETTERS}})
        if keys:
            bind.execute(changed, keys)


def _keys(sort_key: str, said: str) -> dict[str, str]:
    """Return the keys of an entry that aren't its ``sort_key``: the words that this was folded from are among those of its name."""
    if said.isascii():
        return {}
    spelled = {fold(word): word for word in said.split()}
    words = sort_key.split()
    if words and words[-1] not in spelled:
        # Cut off.
        spelled[words[-1]] = next((each for word, each in spelled.items() if word.startswith(words[-1])), words[-1])
    text = " ".join(spelled.get(word, word) for word in words)
    return {order: key for order in OWN_LETTERS if (key := key_of(text, order)[:_LONGEST]) != sort_key}


def _name_in(card: str) -> str:
    """Return the words of the property N of a packed card."""
    return " ".join(_names(card)).translate(dict.fromkeys(map(ord, ";,\\"), " "))


def _names(card: str) -> Iterator[str]:
    if card.isascii():
        return
    for each in json.loads(card)[1:]:
        if each[0].upper() == "N":
            yield each[1]
