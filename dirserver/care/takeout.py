# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is stored about somebody, for themselves, as one file to keep: JSON and vCard in a ZIP (GDPR articles 15 and 20).

Made whole in memory: one person's data is small.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from dirserver.card.media import digests, photo_digest
from dirserver.card.projection import attributes
from dirserver.card.writer import write
from dirserver.care.preface import Prefaces
from dirserver.care.trail import Query, Trail
from dirserver.directory.changes.proposal import Proposal
from dirserver.directory.directory import Directory
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Form, OwnRecord, Photo, moment
from dirserver.errors import NotFound
from dirserver.identity.account import Account
from dirserver.identity.holdings import Holdings
from dirserver.model.audit import Action, Event
from dirserver.model.comment import Comment
from dirserver.model.principal import Principal
from dirserver.model.zone import Zone

_MOST_EVENTS = 5_000
MOST_PHOTOS = 50_000_000
"""Octets of photos in one file."""
_PHOTOS = "photos/"
_HERE = Zone()


class Takeout:
    """Making such files. Safe for threads. ``clock`` gives microseconds since 1970."""

    def __init__(self, directory: Directory, holdings: Holdings, trail: Trail, *, clock: Callable[[], int], zone: Zone = _HERE) -> None:
        self._directory = directory
        self._holdings = holdings
        self._trail = trail
        self._clock = clock
        self._prefaces = Prefaces(zone)

    def of(self, principal: Principal, account: Account, language: str = "") -> tuple[str, bytes]:
        """Return the name and the octets of the file about an account, which is the principal's; the audit trail notes it.

        ``language`` is a tag; empty for the account's.
        """
        at = moment(self._clock())
        files: dict[str, bytes] = {}
        with self._directory.reading(principal) as opened:
            record = opened.own_record()
            entry = record.entry if record is not None else None
            if record is not None:
                files.update(_of_entry(opened, record))
            files["comments.json"] = _json([_comment(opened, one) for one in _comments(opened, entry)])
            mine = opened.proposals.mine()
            files["proposals.json"] = _json([_proposal(one) for one in mine])
            for one in mine:
                shown = (opened.proposals.photo(one, digest) for card in (one.before, one.after) for digest in digests(card))
                _add_photos(files, shown)
        files["account.json"] = _json(self._holdings.of(account))
        files["audit.json"] = _json(_events(self._trail, account.login))
        state = entry.state if entry is not None else None
        files["README.txt"] = self._prefaces.write(language or account.language, at, state, files.keys()).encode()
        self._directory.record(principal, Event(Action.EXPORTED, f"account:{account.uuid}"))
        return f"my-data-{at:%Y-%m-%d}.zip", _zipped(files, at)


def _of_entry(opened: Reading, record: OwnRecord) -> dict[str, bytes]:
    entry, revisions = record.entry, record.revisions
    history = [
        {
            "revision": one.number,
            "at": one.at,
            "by": one.by,
            "proposed_by": one.proposed_by,
            "door": one.door,
            "what": one.what,
            "state": one.state,
            "attributes": attributes(one.card),
            "photo": photo_digest(one.card),
        }
        for one in revisions
    ]
    facts = {
        "id": entry.uuid,
        "name": entry.name,
        "state": entry.state,
        "made_at": entry.created_at,
        "made_by": entry.created_by,
        "changed_at": entry.modified_at,
        "changed_by": entry.modified_by,
        "confirmed_at": entry.confirmed_at,
        "attributes": attributes(entry.card),
    }
    files = {"entry.json": _json(facts), "history.json": _json(history), "groups.json": _json(list(opened.groups_of(entry)))}
    _add_photos(files, (opened.blob(one, digest) for one in revisions for digest in digests(one.card)))
    # Written here: what is archived is on no device, so nothing is rendered of it.
    files["entry.vcf"] = write(opened.full_card(entry, Form.VCARD3)).encode()
    return files


def _add_photos(files: dict[str, bytes], photos: Iterable[Photo]) -> None:
    """Add photos, the newest first, while there is room: the file is made in memory, and a history may be as long as one likes."""
    room = MOST_PHOTOS - sum(len(data) for name, data in files.items() if name.startswith(_PHOTOS))
    for one in photos:
        name = f"{_PHOTOS}{one.digest}.{one.media_type.rpartition('/')[2]}"
        if name in files:
            continue
        room -= len(one.data)
        if room < 0:
            return
        files[name] = one.data


def _comments(opened: Reading, entry: Entry | None) -> tuple[Comment, ...]:
    about_me = tuple(one for one in opened.comments.on(entry) if not one.is_own) if entry is not None else ()
    return (*opened.comments.mine(), *about_me)


def _comment(opened: Reading, one: Comment) -> dict[str, object]:
    try:
        name = opened.find(one.entry).display
    except NotFound:
        name = ""
    return {
        "about": one.entry,
        "about_name": name,
        "by": one.by,
        "is_private": one.is_private,
        "text": one.text,
        "at": one.at,
        "changed_at": one.changed_at,
    }


def _proposal(one: Proposal) -> dict[str, object]:
    return {
        "number": one.number,
        "field": one.field_name,
        "state": one.stage.value,
        "approver": str(one.approver),
        "changes": {name: {"before": old, "after": new} for name, (old, new) in one.changes.items()},
        "at": one.at,
        "door": one.door.value,
        "decided_at": one.decided_at,
        "decided_by": one.decided_by,
        "reason": one.reason,
    }


def _events(trail: Trail, login: str) -> list[dict[str, object]]:
    """What somebody did, and what was done to their account; where others did it from is theirs."""
    found = {
        one.number: one for query in (Query(actor=login), Query(target=f"account:{login}")) for one in trail.newest(query, _MOST_EVENTS)
    }
    return [
        {
            "at": datetime.fromtimestamp(one.at_us / 1_000_000, UTC),
            "by": one.actor,
            "action": one.action,
            "target": one.target,
            "about": one.about,
            "fields": one.fields,
            "door": one.door,
            "from": one.address if one.actor == f"account:{login}" else "",
        }
        for _, one in sorted(found.items())
    ]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else dict(value) if isinstance(value, Mapping) else str(value)


def _zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in sorted(files.items()):
            bundle.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
