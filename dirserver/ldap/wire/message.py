# SPDX-License-Identifier: GPL-3.0-or-later
"""What travels over LDAP, as values: one class for each request (RFC 4511 section 4), and the result that answers carry.

Names, DNs and texts are ``str`` as the client wrote them; values that may be any octets are ``bytes``. Passwords never show in ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from dirserver.errors import BadInput
from dirserver.model.filter import Filter


class Code(IntEnum):
    """Result codes (RFC 4511 section 4.1.9) that this server gives."""

    SUCCESS = 0
    OPERATIONS_ERROR = 1
    PROTOCOL_ERROR = 2
    TIME_LIMIT_EXCEEDED = 3
    SIZE_LIMIT_EXCEEDED = 4
    COMPARE_FALSE = 5
    COMPARE_TRUE = 6
    AUTH_METHOD_NOT_SUPPORTED = 7
    STRONGER_AUTH_REQUIRED = 8
    ADMIN_LIMIT_EXCEEDED = 11
    UNAVAILABLE_CRITICAL_EXTENSION = 12
    CONFIDENTIALITY_REQUIRED = 13
    NO_SUCH_ATTRIBUTE = 16
    UNDEFINED_ATTRIBUTE_TYPE = 17
    INAPPROPRIATE_MATCHING = 18
    CONSTRAINT_VIOLATION = 19
    ATTRIBUTE_OR_VALUE_EXISTS = 20
    INVALID_ATTRIBUTE_SYNTAX = 21
    NO_SUCH_OBJECT = 32
    INVALID_DN_SYNTAX = 34
    INAPPROPRIATE_AUTHENTICATION = 48
    INVALID_CREDENTIALS = 49
    INSUFFICIENT_ACCESS_RIGHTS = 50
    BUSY = 51
    UNAVAILABLE = 52
    UNWILLING_TO_PERFORM = 53
    SORT_CONTROL_MISSING = 60
    OFFSET_RANGE_ERROR = 61
    NAMING_VIOLATION = 64
    OBJECT_CLASS_VIOLATION = 65
    NOT_ALLOWED_ON_NON_LEAF = 66
    NOT_ALLOWED_ON_RDN = 67
    ENTRY_ALREADY_EXISTS = 68
    OBJECT_CLASS_MODS_PROHIBITED = 69
    LIST_VIEW_ERROR = 76
    OTHER = 80
    CANCELED = 118
    NO_SUCH_OPERATION = 119
    CANNOT_CANCEL = 121
    ASSERTION_FAILED = 122
    AUTHORIZATION_DENIED = 123
    SYNC_REFRESH_REQUIRED = 4096


@dataclass(frozen=True, slots=True)
class Result:
    """LDAPResult: the code, the nearest existing name above one that doesn't exist, and a message safe to show."""

    code: Code = Code.SUCCESS
    message: str = ""
    matched: str = ""


class Request(IntEnum):
    """Tags of the requests (RFC 4511 section 4.2 and on)."""

    BIND = 0x60
    UNBIND = 0x42
    SEARCH = 0x63
    MODIFY = 0x66
    ADD = 0x68
    DELETE = 0x4A
    MODIFY_DN = 0x6C
    COMPARE = 0x6E
    ABANDON = 0x50
    EXTENDED = 0x77


class Response(IntEnum):
    """Tags of the answers."""

    BIND = 0x61
    SEARCH_ENTRY = 0x64
    SEARCH_DONE = 0x65
    MODIFY = 0x67
    ADD = 0x69
    DELETE = 0x6B
    MODIFY_DN = 0x6D
    COMPARE = 0x6F
    EXTENDED = 0x78


class Scope(IntEnum):
    """How far below its base a search looks."""

    BASE = 0
    ONE = 1
    SUBTREE = 2


@dataclass(frozen=True, slots=True)
class Control:
    """Something extra that a client asks for (RFC 4511 section 4.1.11)."""

    oid: str
    is_critical: bool = False
    value: bytes | None = None


@dataclass(frozen=True, slots=True)
class BindRequest:
    """Who the client says it is. ``password`` for simple binds, ``mechanism`` (and ``credentials``) for SASL: the other is None."""

    version: int
    name: str
    password: bytes | None = field(repr=False)
    mechanism: str | None = None
    credentials: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UnbindRequest:
    """The client goes; there is no answer."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search. Limits of 0 mean that the client sets none; ``deref`` is kept but without aliases means nothing."""

    base: str
    scope: Scope
    filter: Filter
    attributes: tuple[str, ...] = ()
    size_limit: int = 0
    time_limit_s: int = 0
    types_only: bool = False
    deref: int = 0


@dataclass(frozen=True, slots=True)
class AbandonRequest:
    """The client no longer wants the answer to ``message_id``; there is no answer to this either."""

    message_id: int


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """The question whether an entry holds a value."""

    name: str
    attribute: str
    value: bytes


@dataclass(frozen=True, slots=True)
class AttributeValues:
    """One attribute with values, as add and modify carry it."""

    attribute: str
    values: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AddRequest:
    """A new entry."""

    name: str
    attributes: tuple[AttributeValues, ...]


class ModifyKind(IntEnum):
    """What to do with the values (RFC 4511 section 4.6; increment is RFC 4525)."""

    ADD = 0
    DELETE = 1
    REPLACE = 2
    INCREMENT = 3


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One step of a modify."""

    kind: ModifyKind
    attribute: str
    values: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ModifyRequest:
    """Changes to one entry, all or none."""

    name: str
    changes: tuple[AttributeChange, ...]


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """Remove one entry."""

    name: str


@dataclass(frozen=True, slots=True)
class ModifyDNRequest:
    """Rename or move one entry; ``new_superior`` is None for a rename in place."""

    name: str
    new_rdn: str
    deletes_old_rdn: bool
    new_superior: str | None = None


@dataclass(frozen=True, slots=True)
class ExtendedRequest:
    """An operation named by OID."""

    oid: str
    value: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A request whose kind is known and whose contents can't be used: ``error`` says why, the answer has the tag of ``request``."""

    request: Request
    error: BadInput


Operation = (
    BindRequest
    | UnbindRequest
    | SearchRequest
    | AbandonRequest
    | CompareRequest
    | AddRequest
    | ModifyRequest
    | DeleteRequest
    | ModifyDNRequest
    | ExtendedRequest
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Message:
    """LDAPMessage: one request with its number and controls. ``octets``: a search as it came, without the number; else empty."""

    id: int
    operation: Operation
    controls: tuple[Control, ...] = ()
    octets: bytes = field(default=b"", repr=False, compare=False)
