# SPDX-License-Identifier: GPL-3.0-or-later
"""The Card: an ordered list of typed properties (RFC 6350, RFC 2426), the one truth about a contact.

Rules of this file: everything is frozen; a value is kept raw, as it stands on the unfolded content line and escaped as the
Card's version escapes; names, groups and parameter names keep their spelling and are compared without case. What is built
here can't inject: names are tokens, and no value holds a line break or a control character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dirserver.errors import BadCard

Components = tuple[tuple[str, ...], ...]
"""A structured value (N, ADR, ORG): components, each a list of texts."""

# Underscore is not in RFC 6350's grammar, but address books of the field write it.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
# Tab is text. DEL and the two noncharacters can't travel in XML or make phones stumble; a lone surrogate can't be encoded.
CONTROL = re.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f\\ud800-\\udfff\\ufffe\\uffff]")
_CONTROL_BUT_LF = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff\\ufffe\\uffff]")
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# What vCard 2.1 writes without a name and is not a type (versit 2.1 section 2.1.3).
_BARE_ENCODINGS = frozenset({"base64", "quoted-printable", "8bit", "7bit", "b"})


class Version(StrEnum):
    """The vCard versions that we store and serve."""

    V3 = "3.0"
    V4 = "4.0"


def unescape(raw: str) -> str:
    """Return the text of a raw value (RFC 6350 section 3.4); a backslash before any other letter stays."""
    if "\\" not in raw:
        return raw
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], raw)


def escape(text: str) -> str:
    """Return ``text`` as one raw value, the same for 3.0 and 4.0. Any kind of line break becomes backslash and n."""
    raw = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    if "\n" in raw or "\r" in raw:
        raw = _LINE_BREAK.sub(r"\\n", raw)
    return raw


def split_raw(raw: str, separator: str) -> list[str]:
    """Split a raw value at each ``separator`` ("," or ";") that no backslash escapes; the parts stay raw."""
    if "\\" not in raw:
        return raw.split(separator)
    # Values hold no control characters, so two of them can stand for the pairs that must not be split.
    masked = raw.replace("\\\\", "\x00").replace("\\" + separator, "\x01")
    return [part.replace("\x01", "\\" + separator).replace("\x00", "\\\\") for part in masked.split(separator)]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``values`` are decoded (RFC 6868, no quotes; LF is the only control allowed); () is a bare 2.1-style word."""

    name: str
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could break out of the parameter."""
        if _TOKEN.fullmatch(self.name) is None:
            raise BadCard(f"{self.name[:40]!r} can't be the name of a parameter: letters, digits and hyphens only")
        for value in self.values:
            if _CONTROL_BUT_LF.search(value) is not None:
                raise BadCard(f"the parameter {self.name} holds a control character")


Parameters = tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """One property. ``value`` is raw; ``name`` and ``group`` are as written, so compare by ``key`` and lower-case group."""

    name: str
    value: str
    group: str | None = None
    params: Parameters = ()

    def __post_init__(self) -> None:
        """Refuse what could break out of the content line."""
        if _TOKEN.fullmatch(self.name) is None:
            raise BadCard(f"{self.name[:40]!r} can't be the name of a property: letters, digits and hyphens only")
        if self.name.upper() in {"BEGIN", "END", "VERSION"}:
            raise BadCard(f"{self.name.upper()} frames a card and can't be one of its properties")
        if self.group is not None and _TOKEN.fullmatch(self.group) is None:
            raise BadCard(f"{self.group[:40]!r} can't be a group: letters, digits and hyphens only")
        if CONTROL.search(self.value) is not None:
            raise BadCard(f"the value of {self.name} holds a control character")

    def __hash__(self) -> int:
        """Return what equal ones share: properties are told apart by these two, and parameters would take ten times as long."""
        return hash((self.name, self.value))

    @classmethod
    def of_text(cls, name: str, text: str, *, group: str | None = None, params: Parameters = ()) -> Property:
        """Return a property whose one text is ``text``."""
        return cls(name, escape(text), group, params)

    @classmethod
    def of_texts(cls, name: str, texts: Iterable[str], *, group: str | None = None, params: Parameters = ()) -> Property:
        """Return a property whose value is a comma list of texts (NICKNAME, CATEGORIES)."""
        return cls(name, ",".join(map(escape, texts)), group, params)

    @classmethod
    def of_components(
        cls, name: str, components: Iterable[str | Sequence[str]], *, group: str | None = None, params: Parameters = ()
    ) -> Property:
        """Return a structured property (N, ADR, ORG); a component is one text or a list of texts."""
        return cls(name, join_components(components), group, params)

    @property
    def key(self) -> str:
        """The name in upper case."""
        return self.name.upper()

    @property
    def types(self) -> frozenset[str]:
        """The types in lower case, from TYPE and from bare words; "pref" is among them when 3.0 marks the property so."""
        return types_of(self.params)

    def param(self, name: str) -> str | None:
        """Return the first value of the parameter ``name`` in any case, "" when it is there without one, None when missing."""
        wanted = name.upper()
        for parameter in self.params:
            if parameter.name.upper() == wanted:
                return parameter.values[0] if parameter.values else ""
        return None

    def text(self) -> str:
        """Return the whole value as one text. For URI and binary values use ``value``."""
        return unescape(self.value)

    def texts(self) -> tuple[str, ...]:
        """Return the value as a comma list."""
        return tuple([unescape(part) for part in split_raw(self.value, ",")])

    def components(self) -> Components:
        """Return the structured value."""
        return tuple([tuple([unescape(text) for text in split_raw(part, ",")]) for part in split_raw(self.value, ";")])

    def with_value(self, value: str) -> Property:
        """Return the property with another raw value."""
        return Property(self.name, value, self.group, self.params)

    def with_text(self, text: str) -> Property:
        """Return the property with another text."""
        return Property(self.name, escape(text), self.group, self.params)

    def with_params(self, params: Iterable[Parameter]) -> Property:
        """Return the property with other parameters."""
        return Property(self.name, self.value, self.group, tuple(params))

    def with_name(self, name: str) -> Property:
        """Return the property under another name."""
        return Property(name, self.value, self.group, self.params)

    def with_group(self, group: str | None) -> Property:
        """Return the property in another group."""
        return Property(self.name, self.value, group, self.params)


def join_components(components: Iterable[str | Sequence[str]]) -> str:
    """Return the raw structured value of ``components``."""
    return ";".join([escape(part) if isinstance(part, str) else ",".join(map(escape, part)) for part in components])


_NO_TYPES: frozenset[str] = frozenset()


def types_of(params: Parameters) -> frozenset[str]:
    """Return the lower-case types that ``params`` give; ``TYPE="work,voice"`` counts as two."""
    if not params:
        return _NO_TYPES
    types: set[str] = set()
    for parameter in params:
        if not parameter.values:
            word = parameter.name.lower()
            if word not in _BARE_ENCODINGS:
                types.add(word)
        elif parameter.name.upper() == "TYPE":
            for value in parameter.values:
                types.update(value.lower().split(","))
    types.discard("")
    return frozenset(types)


# Slots are set directly where the parts are known to be good (the reader's grammar, our own store): half the time of a checked one.
_new: Callable[[type[Any]], Any] = object.__new__
_set_name: Callable[[Any, str], None] = Property.__dict__["name"].__set__
_set_value: Callable[[Any, str], None] = Property.__dict__["value"].__set__
_set_group: Callable[[Any, str | None], None] = Property.__dict__["group"].__set__
_set_params: Callable[[Any, Parameters], None] = Property.__dict__["params"].__set__


def trusted_property(name: str, value: str, group: str | None, params: Parameters) -> Property:
    """Return a property without checking its parts: for the reader and for what we stored ourselves, for nobody else."""
    made: Property = _new(Property)
    _set_name(made, name)
    _set_value(made, value)
    _set_group(made, group)
    _set_params(made, params)
    return made


@dataclass(frozen=True, slots=True)
class Card:
    """One contact. ``properties`` leave out BEGIN, VERSION and END; their order is kept."""

    version: Version
    properties: tuple[Property, ...] = field(default=())

    @property
    def uid(self) -> str | None:
        """The UID's text, or None. Old clients write it with ``urn:uuid:``: see ``card.normal.uuid_of``."""
        found = self.first("UID")
        return found.text().strip() or None if found is not None else None

    @property
    def formatted_name(self) -> str:
        """The text of FN, "" when it is missing."""
        found = self.first("FN")
        return found.text() if found is not None else ""

    @property
    def kind(self) -> str:
        """What the card stands for, lower case (RFC 6350 section 6.1.4), in Apple's spelling too; "individual" when not told."""
        for each in self.properties:
            key = each.name.upper()
            if key in {"KIND", "X-ADDRESSBOOKSERVER-KIND"}:
                return each.value.strip().lower() or "individual"
            if key == "X-ABSHOWAS" and each.value.strip().upper() == "COMPANY":
                return "org"
        return "individual"

    def all(self, key: str) -> tuple[Property, ...]:
        """Return the properties of this name (any case), in order."""
        key = key.upper()
        return tuple([each for each in self.properties if each.name.upper() == key])

    def first(self, key: str) -> Property | None:
        """Return the first property of this name (any case), or None."""
        key = key.upper()
        for each in self.properties:
            if each.name.upper() == key:
                return each
        return None

    def with_properties(self, properties: Iterable[Property]) -> Card:
        """Return the card with these properties instead."""
        return Card(self.version, tuple(properties))

    def with_property(self, new: Property) -> Card:
        """Return the card with ``new`` in the place of the first property of its name, or at the end."""
        key = new.key
        for index, each in enumerate(self.properties):
            if each.key == key:
                return Card(self.version, (*self.properties[:index], new, *self.properties[index + 1 :]))
        return Card(self.version, (*self.properties, new))

    def without(self, key: str) -> Card:
        """Return the card without the properties of this name."""
        key = key.upper()
        return Card(self.version, tuple([each for each in self.properties if each.key != key]))

    def with_uid(self, uid: str) -> Card:
        """Return the card with this UID, in the place of the old one or at the start."""
        new = Property.of_text("UID", uid)
        if self.first("UID") is not None:
            return self.with_property(new)
        return Card(self.version, (new, *self.properties))
