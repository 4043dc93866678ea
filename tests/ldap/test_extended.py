# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap import extended
from dirserver.ldap.rootdse import START_TLS
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, ExtendedRequest
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import Answer, decode_answers

WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"


def asked(asker: Asker, who: str | None, request: ExtendedRequest) -> Answer:
    octets = b"".join(encode.message(1, one) for one in extended.answer(asker.site, asker.session(who), request))
    (answer,) = decode_answers(octets)
    return answer


def test_everybody_is_told_who_they_are(asker: Asker) -> None:
    request = ExtendedRequest(WHO_AM_I)
    assert asked(asker, "ada", request).value == f"dn:uid=ada,ou=people,{SUFFIX}".encode()
    assert asked(asker, "printer", request).value == b"u:printer"
    assert asked(asker, None, request).value == b""


def test_who_am_i_takes_no_value(asker: Asker) -> None:
    assert asked(asker, "ada", ExtendedRequest(WHO_AM_I, b"x")).code == Code.PROTOCOL_ERROR


def test_what_is_not_done_is_refused_with_what_to_do(asker: Asker) -> None:
    assert asked(asker, None, ExtendedRequest(START_TLS)).code == Code.PROTOCOL_ERROR
    assert asked(asker, "ada", ExtendedRequest("1.2.3")).code == Code.PROTOCOL_ERROR
