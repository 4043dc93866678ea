# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancel (RFC 3909): an operation ends with the result canceled, and who asked for it is told."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.ldap.line import Cancelling, Line
from dirserver.ldap.operations import answer_at_once, refusal_of
from dirserver.ldap.session import Site
from dirserver.ldap.tree.errors import result_of
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.ber import SEQUENCE, ProtocolError, expect, read_integer
from dirserver.ldap.wire.message import Code, Message, Result

CANCELED = Result(Code.CANCELED, "canceled as you asked")

_RESULTS = {
    Cancelling.UNKNOWN: Result(Code.NO_SUCH_OPERATION, "no operation of this number is going on"),
    Cancelling.NOT_THIS: Result(Code.CANNOT_CANCEL, "a bind, StartTLS or a change that has begun can't be canceled"),
}


def number_of(value: bytes | None) -> int:
    """Return the number of the message to cancel. Raises ProtocolError."""
    if value is None:
        raise ProtocolError("a cancel names the message to cancel")
    at, end = expect(value, 0, len(value), SEQUENCE)
    number, at = read_integer(value, at, end)
    if at != end or end != len(value):
        raise ProtocolError("octets follow the number of the message to cancel")
    return number


def answers(site: Site, line: Line, message: Message, value: bytes | None) -> Iterable[bytes]:
    """Do what a cancel asks for and return what is sent for it; its controls are looked at as any request's."""
    refused = answer_at_once(site, message)
    return cancel(line, message.id, value) if refused is None else [encode.messages(message.id, refused)]


def cancel(line: Line, by: int, value: bytes | None) -> tuple[bytes, ...]:
    """Cancel what ``value`` names for the request number ``by``; return whole messages, none while the operation has yet to end."""
    try:
        number = number_of(value)
    except ProtocolError as error:
        return (_told(by, result_of(error)),)
    task = line.waiting(number)
    outcome = line.cancel(number, by)
    if outcome is Cancelling.WILL_END:
        return ()
    if outcome is Cancelling.DONE and task is not None:
        return (ended(task.message, by),)
    return (_told(by, _RESULTS[outcome]),)


def ended(message: Message, by: int) -> bytes:
    """Return what ends a cancelled operation: its own result, and the answer to who wanted that."""
    own = b"".join(encode.message(message.id, one) for one in refusal_of(message, CANCELED))
    return own + _told(by, Result())


def _told(by: int, result: Result) -> bytes:
    return encode.message(by, encode.extended(result))
