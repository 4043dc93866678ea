# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as clients that can't run in a test send them, as octets: ldap3's encoder, and Windows' way to write lengths."""

from __future__ import annotations

from ldap3 import BASE, LEVEL, SUBTREE
from ldap3.operation.search import search_operation
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from ldap3.utils.asn1 import encode

from dirserver.ldap.wire.ber import read
from dirserver.ldap.wire.message import BindRequest, Control, Message, Scope, UnbindRequest
from tests.cast import device_of, password_of
from tests.ldap.conftest import SUFFIX
from tests.ldap.dialogue import Dialogue
from tests.ldap.speech import Answer, encode_control, encode_message, sequence

_CONSTRUCTED = 0x20
_SCOPES = {Scope.BASE: BASE, Scope.ONE: LEVEL, Scope.SUBTREE: SUBTREE}


def search_octets(
    filter_: str,
    attributes: tuple[str, ...] = (),
    *,
    number: int = 2,
    base: str = SUFFIX,
    scope: Scope = Scope.SUBTREE,
    deref: int = 0,
    size: int = 0,
    seconds: int = 0,
    controls: tuple[Control, ...] = (),
) -> bytes:
    """Return a search as ldap3 writes it: an encoder that knows nothing of ours."""
    derefs = ("NEVER", "SEARCH", "FINDING_BASE", "ALWAYS")
    asked = search_operation(
        base, filter_, _SCOPES[scope], derefs[deref], list(attributes) or None, size, seconds, False, None, True, None, None, False
    )  # fmt: skip
    message = LDAPMessage()
    message["messageID"] = MessageID(number)
    message["protocolOp"] = ProtocolOp().setComponentByName("searchRequest", asked)
    octets: bytes = encode(message)
    if not controls:
        return octets
    _, start, end = read(octets, 0, len(octets))
    return sequence(octets[start:end], sequence(*map(encode_control, controls), tag=0xA0))


def as_windows(octets: bytes) -> bytes:
    """Return the same elements with every length in four octets, as wldap32 writes them."""
    written = b""
    at = 0
    while at < len(octets):
        tag, start, at = read(octets, at, len(octets))
        contents = octets[start:at]
        if tag & _CONSTRUCTED:
            contents = as_windows(contents)
        written += bytes((tag, 0x84)) + len(contents).to_bytes(4) + contents
    return written


class Client:
    """Somebody's program on one connection of ours."""

    def __init__(self, dialogue: Dialogue, *, writes_as_windows: bool = False) -> None:
        self._dialogue = dialogue
        self._writes_as_windows = writes_as_windows

    def send(self, octets: bytes) -> list[Answer]:
        """Send a message and return what is answered."""
        return self._dialogue.send(as_windows(octets) if self._writes_as_windows else octets)

    def bind(self, name: str = "dov", *, version: int = 3, number: int = 1) -> int | None:
        """Sign in with the device password of a login that may be told in any way; return the code."""
        login = name.rpartition("\\")[2].partition("@")[0].removeprefix("uid=").partition(",")[0]
        message = Message(number, BindRequest(version, name, device_of(login).encode() if name else b""))
        (answer,) = self.send(encode_message(message))
        return answer.code

    def bind_with_main_password(self, login: str, *, version: int = 3) -> int | None:
        """Sign in as a service account; return the code."""
        (answer,) = self.send(encode_message(Message(1, BindRequest(version, login, password_of(login).encode()))))
        return answer.code

    def leave(self) -> bool:
        """Unbind; True if the server has closed."""
        self.send(encode_message(Message(99, UnbindRequest())))
        return self._dialogue.is_closed


def found(answers: list[Answer]) -> list[str]:
    """Return the first values of the names of what was found, which must have ended well."""
    *entries, done = answers
    assert done.code == 0, done.text
    return [entry.dn.partition(",")[0].partition("=")[2] for entry in entries]
