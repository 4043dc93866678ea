# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Stale
from dirserver.model.names import ETag
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.state_lists import require_state

PATH = "/dav/ada/contacts/n (1).vcf"
HREF = "/dav/ada/contacts/n%20(1).vcf"


@pytest.mark.parametrize(
    "text, etag, holds",
    [
        ('(["a"])', "a", True),
        ('(["a"])', "b", False),
        ('(["a"])', None, False),
        ('(W/["a"])', "a", None),
        ('([W/"a"])', "a", True),
        ('( [ "a" ] )', "a", True),
        ('(Not ["a"])', "b", True),
        ('(not["a"])', "a", False),
        ('(Not ["a"])', None, True),
        ('(["a"])(["b"])', "b", True),
        ('(["a"]["b"])', "b", False),
        ('(["a)("])', "a)(", True),
        ("(<urn:uuid:1>)", "a", False),
        ("(Not <DAV:no-lock>)", None, True),
        ('(<urn:uuid:1> ["a"]) (Not <urn:uuid:1> ["a"])', "a", True),
        (f'<{HREF}> (["a"])', "a", True),
        (f'<https://contacts.example.com{HREF}> (["a"])', "a", True),
        (f'<{HREF}> (["b"]) (["a"])', "a", True),
        ('</dav/ada/contacts/other.vcf> (["a"])', "a", False),
        (f'</dav/ada/contacts/other.vcf> (["a"]) <{HREF}> (["a"])', "a", True),
        ("", "a", None),
        ("()", "a", None),
        ("(", "a", None),
        ('(["a"]', "a", None),
        ('["a"]', "a", None),
        ('(["a"]))', "a", None),
        ("(Not)", "a", None),
        ('(Not Not ["a"])', "a", None),
        (f"<{HREF}>", "a", None),
        ("nonsense", "a", None),
        ("(" * 1000, "a", None),
    ],
)
def test_a_list_holds_where_all_of_it_does(text: str, etag: str | None, holds: bool | None) -> None:
    current = ETag(etag) if etag is not None else None
    if holds is None:
        with pytest.raises(Refused):
            require_state(text, PATH, current)
    elif holds:
        require_state(text, PATH, current)
    else:
        with pytest.raises(Stale):
            require_state(text, PATH, current)
