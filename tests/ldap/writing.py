# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes as the door answers them, told in short."""

from __future__ import annotations

from dirserver.card.projection import attributes
from dirserver.ldap import operations
from dirserver.ldap.session import Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import AddRequest, AttributeChange, AttributeValues, Message, ModifyKind, ModifyRequest, Operation
from dirserver.model.principal import Door
from tests.cast import entry_of, principal
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import Answer, decode_answers

PEOPLE = f"ou=people,{SUFFIX}"
ADA = f"uid=ada,{PEOPLE}"
ADD, DELETE, REPLACE, INCREMENT = ModifyKind.ADD, ModifyKind.DELETE, ModifyKind.REPLACE, ModifyKind.INCREMENT


def tell(site: Site, who: str | None, operation: Operation) -> Answer:
    message = Message(1, operation)
    answers = operations.answer_at_once(site, message) or operations.answer(site, Asker(site).session(who), message)
    (answer,) = decode_answers(b"".join(encode.message(1, one) for one in answers))
    return answer


def change(name: str, *changes: tuple[ModifyKind, str, tuple[str | bytes, ...]]) -> ModifyRequest:
    return ModifyRequest(name, tuple(AttributeChange(kind, one, tuple(map(octets, values))) for kind, one, values in changes))


def new(name: str, **values: str | tuple[str, ...]) -> AddRequest:
    listed = {one: (given,) if isinstance(given, str) else given for one, given in values.items()}
    return AddRequest(name, tuple(AttributeValues(one, tuple(map(octets, given))) for one, given in listed.items()))


def octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def shown(site: Site, login: str, asker: str = "chika") -> dict[str, tuple[str, ...]]:
    return dict(attributes(entry_of(site.directory, principal(site.identity, asker, Door.LDAP), login).card))
