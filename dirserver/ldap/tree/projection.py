# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as LDAP shows it: the Card's attributes and those that the directory keeps.

The Card in an Entry is redacted already: whatever is in it may be shown. Photos come only when they are named, since mail clients
ask for all attributes at every keystroke.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from dirserver.card.projection import attributes, octet_attributes
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Group
from dirserver.errors import NotFound
from dirserver.ldap.tree.classes import ENTRY_CLASSES, STRUCTURAL_CLASS
from dirserver.ldap.tree.dit import SUBSCHEMA, Tree
from dirserver.ldap.tree.encoded import REFERENCES, EncodedCards, encoded
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry, make_entry
from dirserver.ldap.tree.selection import Selection
from dirserver.ldap.wire import encode

_CLASSES = tuple(name.encode() for name in ENTRY_CLASSES)
_URN = "urn:uuid:"


class Projection:
    """Makes SearchResultEntries for one reading and one selection of attributes."""

    def __init__(self, reading: Reading, tree: Tree, selection: Selection, *, types_only: bool, cards: EncodedCards | None = None) -> None:
        self._reading = reading
        self._cards = EncodedCards(0) if cards is None else cards
        self._tree = tree
        self._selection = selection
        self._types_only = types_only
        self._known_dns: dict[str, str | None] = {}
        self._names: dict[str, str | None] = {}
        named = selection.named
        self._wants_operational = selection.has_operational or not _OPERATIONAL_KEYS.isdisjoint(named)
        self._wants_card = selection.has_user or bool(set(named) - _NOT_IN_CARD)
        self._asked = kept_under(selection, types_only=types_only)
        self._groups_of: dict[str, list[str]] | None = None

    def encode(self, entry: Entry) -> bytes:
        """Return the entry's answer, without message number."""
        return self._encode(entry) if self._asked is None else self._cards.whole(entry, self._asked, self._encode)

    def _encode(self, entry: Entry) -> bytes:
        dn = self.dn_of(entry)
        if self._selection.wants_nothing:
            return encode.entry(dn, ())
        parts: list[bytes] = []
        self._add(parts, "objectClass", _CLASSES)
        self._add(parts, "uid", (entry.name.encode(),))
        if self._wants_card:
            # Where nothing is kept, what isn't wanted need not be made.
            for one in self._cards.of(entry) if self._cards.is_kept else encoded(entry.card, self.shown):
                shown = self.shown(one.name)
                if shown is None:
                    continue
                if one.references:
                    dns = self._dns(one.references)
                    if dns:
                        parts.append(encode.attribute(shown, () if self._types_only else dns))
                else:
                    parts.append(encode.attribute_of(shown, _NO_VALUES if self._types_only else one.values))
        for name, values in self._photos(entry):
            self._add(parts, name, values)
        if self._wants_operational:
            for name, values in self._operational(entry, dn):
                self._add(parts, name, values)
        return encode.entry(dn, parts)

    def dn_of(self, entry: Entry) -> str:
        """Return the DN of an entry."""
        return self._tree.entry_dn(entry.book, entry.name)

    def _add(self, parts: list[bytes], name: str, values: Iterable[bytes]) -> None:
        shown = self.shown(name)
        if shown is not None:
            parts.append(encode.attribute(shown, () if self._types_only else values))

    def shown(self, name: str) -> str | None:
        """Return under which name an attribute is wanted; None if it isn't."""
        if name not in self._names:
            is_operational, is_named_only = name in _OPERATIONAL, name in _NAMED_ONLY
            self._names[name] = self._selection.name_for(name, is_operational=is_operational, is_named_only=is_named_only)
        return self._names[name]

    def values(self, entry: Entry, dn: str) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Yield the attributes that could be wanted, by canonical name; never one without values."""
        yield "objectClass", _CLASSES
        yield "uid", (entry.name.encode(),)
        if self._wants_card:
            for name, texts in attributes(entry.card).items():
                if name in REFERENCES:
                    dns = self._dns(texts)
                    if dns:
                        yield name, dns
                elif name != "uid":
                    yield name, [text.encode("utf-8", "replace") for text in texts]
        yield from self._photos(entry)
        yield from self._operational(entry, dn)

    def _photos(self, entry: Entry) -> Iterator[tuple[str, Iterable[bytes]]]:
        named = self._selection.named
        if "jpegphoto" in named:
            photo = self._reading.photo(entry)
            if photo is not None:
                yield "jpegPhoto", (photo.data,)
        if "usercertificate" in named:
            certificates = octet_attributes(entry.card).get("userCertificate", ())
            if certificates:
                yield "userCertificate", certificates

    def _operational(self, entry: Entry, dn: str) -> Iterator[tuple[str, Iterable[bytes]]]:
        yield "entryDN", (dn.encode(),)
        yield "entryUUID", (entry.uuid.encode(),)
        yield "createTimestamp", (_time(entry.created_at),)
        yield "modifyTimestamp", (_time(entry.modified_at),)
        yield "entryCSN", (_csn(entry.modified_at),)
        if entry.created_by:
            yield "creatorsName", (self._tree.account_dn(entry.created_by).encode(),)
        if entry.modified_by:
            yield "modifiersName", (self._tree.account_dn(entry.modified_by).encode(),)
        yield "structuralObjectClass", (STRUCTURAL_CLASS.encode(),)
        yield "subschemaSubentry", (str(SUBSCHEMA).encode(),)
        yield "hasSubordinates", (b"FALSE",)
        yield "numSubordinates", (b"0",)
        if self._selection.name_for("memberOf", is_operational=True) is not None:
            groups = [self._tree.group_dn(name).encode() for name in self._groups(entry.uuid)]
            if groups:
                yield "memberOf", groups

    def _groups(self, uuid: str) -> list[str]:
        if self._groups_of is None:
            # One question for all entries of an answer instead of one for each.
            self._groups_of = {}
            for group in self._reading.groups():
                for member in group.members:
                    self._groups_of.setdefault(member.uuid, []).append(group.name)
        return self._groups_of.get(uuid, [])

    def _dns(self, texts: Iterable[str]) -> list[bytes]:
        """Return the DNs of those referred to that show; a reference to what is hidden or gone is left out."""
        return [dn.encode() for text in texts if text.startswith(_URN) and (dn := self._dn_of(text.removeprefix(_URN))) is not None]

    def _dn_of(self, uuid: str) -> str | None:
        if uuid not in self._known_dns:
            try:
                found = self._reading.find(uuid)
            except NotFound:
                self._known_dns[uuid] = None
            else:
                self._known_dns[uuid] = None if found.book.startswith("~") else self._tree.entry_dn(found.book, found.name)
        return self._known_dns[uuid]


def kept_under(selection: Selection, *, types_only: bool) -> tuple[object, ...] | None:
    """Return under what an entry may be kept as it is sent; None where more than its card and its name decide about that.

    What references and groups are called may change without the entry, and photos are large.
    """
    named = selection.named
    if selection.has_operational or selection.has_user or not _MADE_ELSEWHERE.isdisjoint(named):
        return None
    return (tuple(named.items()), types_only) if sum(map(len, named.values())) <= _LONGEST_ASKED else None


def project_group(group: Group, tree: Tree) -> HeldEntry:
    """Return a group as groupOfNames, with the members that the asker may see."""
    members = tuple(tree.entry_dn(member.book, member.name) for member in group.members if not member.book.startswith("~"))
    made, changed = _time(group.created_at).decode(), _time(group.modified_at).decode()
    kept = {
        "createTimestamp": made,
        "creatorsName": tree.account_dn(group.created_by) if group.created_by else "",
        "modifyTimestamp": changed,
        "modifiersName": tree.account_dn(group.modified_by) if group.modified_by else "",
        "entryCSN": _csn(group.modified_at).decode(),
    }
    given = (
        HeldAttribute("cn", (group.name,)),
        HeldAttribute("description", (group.description,) if group.description else ()),
        HeldAttribute("mail", (group.mail,) if group.mail else ()),
        HeldAttribute("member", members),
        *(HeldAttribute(name, (text,) if text else (), is_operational=True) for name, text in kept.items()),
    )
    return make_entry(tree.group_dn(group.name), ("top", "groupOfNames"), given, children=0, uuid=group.uuid)


def _time(moment: datetime) -> bytes:
    """Return generalized time in UTC (RFC 4517 section 3.3.13), to the second."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()


def _csn(moment: datetime) -> bytes:
    """Return a change sequence number as OpenLDAP writes it, for tools that compare copies (draft-chu-ldap-csn): here the time alone."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S.%fZ#000000#000#000000").encode()


_NO_VALUES = encode.value_set(())
_NAMED_ONLY = frozenset({"jpegPhoto", "userCertificate"})
_OPERATIONAL = frozenset(
    {
        "entryDN", "entryUUID", "entryCSN", "createTimestamp", "modifyTimestamp", "creatorsName", "modifiersName", "memberOf",
        "structuralObjectClass", "subschemaSubentry", "hasSubordinates", "numSubordinates",
    }
)  # fmt: skip
_LONGEST_ASKED = 2_000
"""Names that somebody made up at length aren't worth keeping."""
_ELSEWHERE = frozenset(name.lower() for name in (*REFERENCES, *_NAMED_ONLY))
_OPERATIONAL_KEYS = frozenset(name.lower() for name in _OPERATIONAL)
_MADE_ELSEWHERE = _ELSEWHERE | _OPERATIONAL_KEYS
_NOT_IN_CARD = frozenset(name.lower() for name in (*_OPERATIONAL, *_NAMED_ONLY, "objectClass", "uid"))
