# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.ldap.search import compare
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, CompareRequest
from tests.cast import ADA_MOBILE
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.speech import decode_answers

ADA = f"uid=ada,ou=people,{SUFFIX}"


def compared(asker: Asker, who: str | None, name: str, attribute: str, value: bytes) -> Code:
    octets = b"".join(
        encode.message(1, one) for one in compare.answer(asker.site, asker.session(who), CompareRequest(name, attribute, value))
    )
    (answer,) = decode_answers(octets)
    assert answer.tag == 0x6F
    assert answer.code is not None
    return Code(answer.code)


@pytest.mark.parametrize(
    "who, name, attribute, value, wanted",
    [
        ("dov", ADA, "mail", b"ADA@example.com", Code.COMPARE_TRUE),
        ("dov", ADA, "mail", b"zoe@example.com", Code.COMPARE_FALSE),
        ("dov", ADA, "rfc822Mailbox", b"ada@example.com", Code.COMPARE_TRUE),
        ("dov", ADA, "objectClass", b"person", Code.COMPARE_TRUE),
        ("dov", ADA, "objectClass", b"groupOfNames", Code.COMPARE_FALSE),
        ("dov", ADA, "manager", f"uid=bruno,ou=people,{SUFFIX}".encode(), Code.COMPARE_TRUE),
        ("dov", ADA, "memberOf", f"cn=sales,ou=groups,{SUFFIX}".encode(), Code.COMPARE_TRUE),
        ("dov", ADA, "pager", b"1", Code.NO_SUCH_ATTRIBUTE),
        ("dov", ADA, "unheardOf", b"1", Code.UNDEFINED_ATTRIBUTE_TYPE),
        ("dov", ADA, "mail", b"\xff", Code.INAPPROPRIATE_MATCHING),
        ("dov", ADA, "mobile", ADA_MOBILE.encode(), Code.COMPARE_TRUE),
        ("esme", ADA, "mobile", ADA_MOBILE.encode(), Code.NO_SUCH_ATTRIBUTE),
        ("dov", f"ou=people,{SUFFIX}", "ou", b"People", Code.COMPARE_TRUE),
        ("dov", f"ou=people,{SUFFIX}", "ou", b"x", Code.COMPARE_FALSE),
        ("dov", f"ou=people,{SUFFIX}", "mail", b"x", Code.NO_SUCH_ATTRIBUTE),
        ("dov", f"cn=sales,ou=groups,{SUFFIX}", "member", ADA.encode(), Code.COMPARE_TRUE),
        ("dov", f"uid=x,ou=people,{SUFFIX}", "mail", b"x", Code.NO_SUCH_OBJECT),
        (None, ADA, "mail", b"x", Code.INSUFFICIENT_ACCESS_RIGHTS),
    ],
)
def test_what_an_entry_holds(asker: Asker, who: str | None, name: str, attribute: str, value: bytes, wanted: Code) -> None:
    assert compared(asker, who, name, attribute, value) is wanted


def test_a_name_that_is_none_is_an_error(asker: Asker) -> None:
    with pytest.raises(BadInput):
        compared(asker, "dov", "no dn", "mail", b"x")
