# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests from octets to values (RFC 4511 section 4).

Strict: every element must be where and what the RFC says, nothing may follow. Two kinds of failure: where not even the number
or the kind of the request can be read, ProtocolError is raised and the connection must end (section 4.1.1); a known request with
bad contents becomes ``Unreadable``, which has an answer.
"""

from __future__ import annotations

from collections.abc import Callable

from dirserver.errors import BadInput, TooLarge
from dirserver.ldap.wire import limits as wire_limits
from dirserver.ldap.wire.ber import (
    ENUMERATED,
    OCTETS,
    SEQUENCE,
    SET,
    ProtocolError,
    expect,
    read,
    read_boolean,
    read_integer,
    read_octets,
    read_text,
)
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.limits import WireLimits
from dirserver.ldap.wire.message import (
    AbandonRequest,
    AddRequest,
    AttributeChange,
    AttributeValues,
    BindRequest,
    CompareRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyKind,
    ModifyRequest,
    Operation,
    Request,
    Scope,
    SearchRequest,
    UnbindRequest,
    Unreadable,
)

_MAX_ID = 2**31 - 1
_CONTROLS = 0xA0
_SIMPLE, _SASL = 0x80, 0xA3
_NEW_SUPERIOR = 0x80
_OID, _OID_VALUE = 0x80, 0x81
_DEREF_ALWAYS = 3
_MAX_VERSION = 127


def decode(data: bytes, limits: WireLimits = wire_limits.DEFAULT) -> Message:
    """Read one whole message. Raises ProtocolError if it has no usable number, kind or controls."""
    at, end = expect(data, 0, len(data), SEQUENCE)
    if end != len(data):
        raise ProtocolError("octets follow the message")
    message_id, at = read_integer(data, at, end)
    if not 0 < message_id <= _MAX_ID:
        raise ProtocolError("a request must have a number from 1 to 2147483647")
    tag, start, stop = read(data, at, end)
    decoder = _DECODERS.get(tag)
    if decoder is None:
        raise ProtocolError(f"RFC 4511 has no request with tag {tag:#04x}")
    controls = () if stop == end else _decode_controls(data, stop, end, limits)
    operation: Operation
    try:
        operation = decoder(data, start, stop, limits)
    except BadInput as error:
        operation = Unreadable(Request(tag), error)
    return Message(message_id, operation, controls)


def _decode_controls(data: bytes, at: int, end: int, limits: WireLimits) -> tuple[Control, ...]:
    at, stop = expect(data, at, end, _CONTROLS)
    if stop != end:
        raise ProtocolError("octets follow the controls")
    controls: list[Control] = []
    while at < end:
        at, control_end = expect(data, at, end, SEQUENCE)
        oid, at = read_text(data, at, control_end)
        is_critical, value = False, None
        if at < control_end and data[at] != OCTETS:
            is_critical, at = read_boolean(data, at, control_end)
        if at < control_end:
            value, at = read_octets(data, at, control_end)
        _expect_end(at, control_end)
        controls.append(Control(oid, is_critical, value))
        if len(controls) > limits.controls:
            raise ProtocolError(f"a request may have at most {limits.controls} controls")
    return tuple(controls)


def _expect_end(at: int, end: int) -> None:
    if at != end:
        raise ProtocolError("octets follow the last part of a request")


def _decode_bind(data: bytes, at: int, end: int, _limits: WireLimits) -> BindRequest:
    version, at = read_integer(data, at, end)
    if not 0 < version <= _MAX_VERSION:
        raise ProtocolError("a version must be from 1 to 127")
    name, at = read_text(data, at, end)
    tag, start, stop = read(data, at, end)
    _expect_end(stop, end)
    if tag == _SIMPLE:
        return BindRequest(version, name, data[start:stop])
    if tag != _SASL:
        # Reserved choices, Kerberos of LDAPv2 and Microsoft's sicily: well formed, but nothing that we speak.
        return BindRequest(version, name, None, f"choice {tag & 0x1F}", data[start:stop])
    mechanism, at = read_text(data, start, stop)
    credentials: bytes | None = None
    if at < stop:
        credentials, at = read_octets(data, at, stop)
    _expect_end(at, stop)
    return BindRequest(version, name, None, mechanism, credentials)


def _decode_unbind(_data: bytes, at: int, end: int, _limits: WireLimits) -> UnbindRequest:
    _expect_end(at, end)
    return UnbindRequest()


def _decode_search(data: bytes, at: int, end: int, limits: WireLimits) -> SearchRequest:
    base, at = read_text(data, at, end)
    scope, at = read_integer(data, at, end, ENUMERATED)
    deref, at = read_integer(data, at, end, ENUMERATED)
    size_limit, at = read_integer(data, at, end)
    time_limit_s, at = read_integer(data, at, end)
    types_only, at = read_boolean(data, at, end)
    if not 0 <= scope <= Scope.SUBTREE:
        raise ProtocolError("the scope must be base, one or subtree")
    if not 0 <= deref <= _DEREF_ALWAYS:
        raise ProtocolError("derefAliases must be from 0 to 3")
    if not (0 <= size_limit <= _MAX_ID and 0 <= time_limit_s <= _MAX_ID):
        raise ProtocolError("a limit must be from 0 to 2147483647")
    tree, at = decode_filter(data, at, end, limits)
    at, stop = expect(data, at, end, SEQUENCE)
    _expect_end(stop, end)
    attributes: list[str] = []
    while at < end:
        attribute, at = read_text(data, at, end)
        attributes.append(attribute)
        if len(attributes) > limits.attributes:
            raise TooLarge(f"a search may name at most {limits.attributes} attributes", limits.attributes)
    return SearchRequest(base, Scope(scope), tree, tuple(attributes), size_limit, time_limit_s, types_only, deref)


def _decode_abandon(data: bytes, at: int, end: int, _limits: WireLimits) -> AbandonRequest:
    # The contents are those of an INTEGER under another tag.
    if not 0 < end - at <= 4:
        raise ProtocolError("an abandon must have one number")
    return AbandonRequest(int.from_bytes(data[at:end], "big", signed=True))


def _decode_compare(data: bytes, at: int, end: int, _limits: WireLimits) -> CompareRequest:
    name, at = read_text(data, at, end)
    at, stop = expect(data, at, end, SEQUENCE)
    _expect_end(stop, end)
    attribute, at = read_text(data, at, stop)
    value, at = read_octets(data, at, stop)
    _expect_end(at, stop)
    return CompareRequest(name, attribute, value)


def _decode_values(data: bytes, at: int, end: int, limits: WireLimits) -> tuple[str, tuple[bytes, ...]]:
    attribute, at = read_text(data, at, end)
    at, stop = expect(data, at, end, SET)
    _expect_end(stop, end)
    values: list[bytes] = []
    while at < stop:
        value, at = read_octets(data, at, stop)
        values.append(value)
        if len(values) > limits.values:
            raise TooLarge(f"an attribute may have at most {limits.values} values", limits.values)
    return attribute, tuple(values)


def _decode_add(data: bytes, at: int, end: int, limits: WireLimits) -> AddRequest:
    name, at = read_text(data, at, end)
    at, stop = expect(data, at, end, SEQUENCE)
    _expect_end(stop, end)
    attributes: list[AttributeValues] = []
    while at < stop:
        start, at = expect(data, at, stop, SEQUENCE)
        attribute, values = _decode_values(data, start, at, limits)
        if not values:
            raise ProtocolError("an attribute of a new entry has no value")
        attributes.append(AttributeValues(attribute, values))
        _cap_attributes(len(attributes), limits)
    return AddRequest(name, tuple(attributes))


def _decode_modify(data: bytes, at: int, end: int, limits: WireLimits) -> ModifyRequest:
    name, at = read_text(data, at, end)
    at, stop = expect(data, at, end, SEQUENCE)
    _expect_end(stop, end)
    changes: list[AttributeChange] = []
    while at < stop:
        at, change_end = expect(data, at, stop, SEQUENCE)
        kind, at = read_integer(data, at, change_end, ENUMERATED)
        if not 0 <= kind <= ModifyKind.INCREMENT:
            raise ProtocolError("a modification must be add, delete, replace or increment")
        start, at = expect(data, at, change_end, SEQUENCE)
        _expect_end(at, change_end)
        attribute, values = _decode_values(data, start, at, limits)
        changes.append(AttributeChange(ModifyKind(kind), attribute, values))
        _cap_attributes(len(changes), limits)
    return ModifyRequest(name, tuple(changes))


def _cap_attributes(count: int, limits: WireLimits) -> None:
    if count > limits.attributes:
        raise TooLarge(f"a request may name at most {limits.attributes} attributes", limits.attributes)


def _decode_delete(data: bytes, at: int, end: int, _limits: WireLimits) -> DeleteRequest:
    try:
        return DeleteRequest(data[at:end].decode())
    except UnicodeDecodeError:
        raise ProtocolError("a string is not valid UTF-8") from None


def _decode_modify_dn(data: bytes, at: int, end: int, _limits: WireLimits) -> ModifyDNRequest:
    name, at = read_text(data, at, end)
    new_rdn, at = read_text(data, at, end)
    deletes_old_rdn, at = read_boolean(data, at, end)
    new_superior: str | None = None
    if at < end:
        new_superior, at = read_text(data, at, end, _NEW_SUPERIOR)
    _expect_end(at, end)
    return ModifyDNRequest(name, new_rdn, deletes_old_rdn, new_superior)


def _decode_extended(data: bytes, at: int, end: int, _limits: WireLimits) -> ExtendedRequest:
    oid, at = read_text(data, at, end, _OID)
    value: bytes | None = None
    if at < end:
        value, at = read_octets(data, at, end, _OID_VALUE)
    _expect_end(at, end)
    return ExtendedRequest(oid, value)


_Decoder = Callable[[bytes, int, int, WireLimits], Operation]
_DECODERS: dict[int, _Decoder] = {
    Request.BIND.value: _decode_bind,
    Request.UNBIND.value: _decode_unbind,
    Request.SEARCH.value: _decode_search,
    Request.MODIFY.value: _decode_modify,
    Request.ADD.value: _decode_add,
    Request.DELETE.value: _decode_delete,
    Request.MODIFY_DN.value: _decode_modify_dn,
    Request.COMPARE.value: _decode_compare,
    Request.ABANDON.value: _decode_abandon,
    Request.EXTENDED.value: _decode_extended,
}
