# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table from the errors of dirserver to LDAP result codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dirserver.errors import (
    BadCard,
    BadConfig,
    BadFilter,
    BadInput,
    Conflict,
    DirserverError,
    NoRoom,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    SecondStepNeeded,
    Stale,
    Throttled,
    TooLarge,
    UidTaken,
    Unavailable,
)
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, Result


class InvalidName(BadInput):
    """A DN that can't be read (RFC 4514); its own class because LDAP has a code for it."""


class Refused(BadInput):
    """What only LDAP has a code for: the result is given with the refusal."""

    def __init__(self, code: Code, message: str, matched: str = "") -> None:
        super().__init__(message)
        self.result = Result(code, message, matched)


CODES: Mapping[type[DirserverError], Code] = MappingProxyType(
    {
        DirserverError: Code.OTHER,
        BadInput: Code.CONSTRAINT_VIOLATION,
        BadCard: Code.CONSTRAINT_VIOLATION,
        BadConfig: Code.OTHER,
        BadFilter: Code.INAPPROPRIATE_MATCHING,
        TooLarge: Code.ADMIN_LIMIT_EXCEEDED,
        ProtocolError: Code.PROTOCOL_ERROR,
        InvalidName: Code.INVALID_DN_SYNTAX,
        Refused: Code.UNWILLING_TO_PERFORM,
        NotAllowed: Code.INSUFFICIENT_ACCESS_RIGHTS,
        NotFound: Code.NO_SUCH_OBJECT,
        Conflict: Code.ENTRY_ALREADY_EXISTS,
        Stale: Code.BUSY,
        UidTaken: Code.ENTRY_ALREADY_EXISTS,
        NotAuthenticated: Code.INVALID_CREDENTIALS,
        SecondStepNeeded: Code.INVALID_CREDENTIALS,
        # Not 49: clients would throw the stored password away and ask for another one.
        Throttled: Code.BUSY,
        Unavailable: Code.UNAVAILABLE,
        NoRoom: Code.UNAVAILABLE,
    }
)
"""Each class of the tree, in any room, has its own line here; a test holds it complete."""

_UNKNOWN = Result(Code.OTHER, "the server could not answer; its log says why")


def result_of(error: BaseException | None) -> Result:
    """Return what a client is told about ``error``: nothing but a fixed sentence for what isn't one of ours."""
    if isinstance(error, Refused):
        return error.result
    if not isinstance(error, DirserverError):
        return _UNKNOWN
    for cls in type(error).__mro__:
        code = CODES.get(cls)
        if code is not None:
            return Result(code, error.public_message)
    return _UNKNOWN
