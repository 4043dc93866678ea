# SPDX-License-Identifier: GPL-3.0-or-later
"""The client's half of LDAP for tests: requests from values to octets, answers from octets to values."""

from __future__ import annotations

from dataclasses import dataclass, field

from dirserver.ldap.wire.ber import element, integer, octets, read, read_integer, read_octets
from dirserver.ldap.wire.message import (
    AbandonRequest,
    AddRequest,
    BindRequest,
    CompareRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyRequest,
    Operation,
    Request,
    SearchRequest,
    UnbindRequest,
)
from dirserver.model import filter as tree
from dirserver.model.filter import Filter


def sequence(*parts: bytes, tag: int = 0x30) -> bytes:
    return element(bytes((tag,)), b"".join(parts))


def text(value: str, tag: int = 0x04) -> bytes:
    return element(bytes((tag,)), value.encode())


def boolean(value: bool, tag: int = 0x01) -> bytes:
    return bytes((tag, 1, 0xFF if value else 0))


def encode_filter(wanted: Filter) -> bytes:
    match wanted:
        case tree.And(parts):
            return sequence(*map(encode_filter, parts), tag=0xA0)
        case tree.Or(parts):
            return sequence(*map(encode_filter, parts), tag=0xA1)
        case tree.Not(part):
            return sequence(encode_filter(part), tag=0xA2)
        case tree.Equality(attribute, value):
            return sequence(text(attribute), text(value), tag=0xA3)
        case tree.Substrings(attribute, initial, any_, final):
            parts = [text(initial, 0x80)] if initial else []
            parts += [text(part, 0x81) for part in any_]
            parts += [text(final, 0x82)] if final else []
            return sequence(text(attribute), sequence(*parts), tag=0xA4)
        case tree.AtLeast(attribute, value):
            return sequence(text(attribute), text(value), tag=0xA5)
        case tree.AtMost(attribute, value):
            return sequence(text(attribute), text(value), tag=0xA6)
        case tree.Present(attribute):
            return text(attribute, 0x87)
        case tree.Approximate(attribute, value):
            return sequence(text(attribute), text(value), tag=0xA8)
        case tree.Extensible(attribute, rule, value, with_dn):
            parts = [text(rule, 0x81)] if rule is not None else []
            parts += [text(attribute, 0x82)] if attribute is not None else []
            parts.append(text(value, 0x83))
            parts += [boolean(True, 0x84)] if with_dn else []
            return sequence(*parts, tag=0xA9)
        case _:
            raise AssertionError(wanted)


def encode_operation(operation: Operation) -> bytes:
    match operation:
        case BindRequest(version, name, password, mechanism, credentials):
            if password is not None:
                proof = element(b"\x80", password)
            else:
                assert mechanism is not None
                proof = sequence(text(mechanism), octets(credentials) if credentials is not None else b"", tag=0xA3)
            return sequence(integer(version), text(name), proof, tag=Request.BIND)
        case UnbindRequest():
            return b"\x42\x00"
        case SearchRequest():
            return sequence(
                text(operation.base),
                integer(operation.scope, b"\x0a"),
                integer(operation.deref, b"\x0a"),
                integer(operation.size_limit),
                integer(operation.time_limit_s),
                boolean(operation.types_only),
                encode_filter(operation.filter),
                sequence(*map(text, operation.attributes)),
                tag=Request.SEARCH,
            )
        case AbandonRequest(message_id):
            return integer(message_id, b"\x50")
        case CompareRequest(name, attribute, value):
            return sequence(text(name), sequence(text(attribute), octets(value)), tag=Request.COMPARE)
        case DeleteRequest(name):
            return text(name, Request.DELETE)
        case ExtendedRequest(oid, value):
            return sequence(text(oid, 0x80), element(b"\x81", value) if value is not None else b"", tag=Request.EXTENDED)
        case _:
            return encode_write(operation)


def encode_write(operation: Operation) -> bytes:
    match operation:
        case AddRequest(name, attributes):
            listed = [encode_values(each.attribute, each.values) for each in attributes]
            return sequence(text(name), sequence(*listed), tag=Request.ADD)
        case ModifyRequest(name, changes):
            listed = [sequence(integer(each.kind, b"\x0a"), encode_values(each.attribute, each.values)) for each in changes]
            return sequence(text(name), sequence(*listed), tag=Request.MODIFY)
        case ModifyDNRequest(name, new_rdn, deletes_old_rdn, new_superior):
            superior = text(new_superior, 0x80) if new_superior is not None else b""
            return sequence(text(name), text(new_rdn), boolean(deletes_old_rdn), superior, tag=Request.MODIFY_DN)
        case _:
            raise AssertionError(operation)


def encode_values(attribute: str, values: tuple[bytes, ...]) -> bytes:
    return sequence(text(attribute), sequence(*map(octets, values), tag=0x31))


def encode_control(control: Control) -> bytes:
    critical = boolean(True) if control.is_critical else b""
    return sequence(text(control.oid), critical, octets(control.value) if control.value is not None else b"")


def encode_message(message: Message) -> bytes:
    controls = sequence(*map(encode_control, message.controls), tag=0xA0) if message.controls else b""
    return sequence(integer(message.id), encode_operation(message.operation), controls)


@dataclass(frozen=True)
class Answer:
    """One message from the server: for an entry ``dn`` and ``attributes``, else ``code``, ``matched`` and ``text``."""

    id: int
    tag: int
    code: int | None = None
    matched: str = ""
    text: str = ""
    dn: str = ""
    attributes: dict[str, list[bytes]] = field(default_factory=dict)
    oid: str | None = None
    value: bytes | None = None


def decode_answers(data: bytes) -> list[Answer]:
    """Read whole messages; anything left over or out of place fails."""
    answers = []
    at = 0
    while at < len(data):
        tag, start, at = read(data, at, len(data))
        assert tag == 0x30
        number, start = read_integer(data, start, at)
        tag, start, stop = read(data, start, at)
        if stop < at:
            # Controls, which ``tests.ldap.answers`` reads.
            controls, _, stop_of_controls = read(data, stop, at)
            assert (controls, stop_of_controls) == (0xA0, at)
        answers.append(decode_entry(data, number, start, stop) if tag == 0x64 else decode_result(data, number, tag, start, stop))
    return answers


def decode_entry(data: bytes, number: int, at: int, end: int) -> Answer:
    dn, at = read_octets(data, at, end)
    _, at, stop = read(data, at, end)
    assert stop == end
    attributes: dict[str, list[bytes]] = {}
    while at < end:
        _, start, at = read(data, at, end)
        name, start = read_octets(data, start, at)
        tag, start, stop = read(data, start, at)
        assert (tag, stop) == (0x31, at)
        values = []
        while start < stop:
            value, start = read_octets(data, start, stop)
            values.append(value)
        assert name.decode() not in attributes, "an attribute comes once"
        attributes[name.decode()] = values
    return Answer(number, 0x64, dn=dn.decode(), attributes=attributes)


def decode_result(data: bytes, number: int, tag: int, at: int, end: int) -> Answer:
    code, at = read_integer(data, at, end, 0x0A)
    matched, at = read_octets(data, at, end)
    message, at = read_octets(data, at, end)
    oid: str | None = None
    value: bytes | None = None
    while at < end:
        part, start, at = read(data, at, end)
        if part == 0x8A:
            oid = data[start:at].decode()
        elif part == 0x8B:
            value = data[start:at]
        else:
            raise AssertionError(hex(part))
    return Answer(number, tag, code, matched.decode(), message.decode(), oid=oid, value=value)
