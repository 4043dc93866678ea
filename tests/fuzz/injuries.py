# SPDX-License-Identifier: GPL-3.0-or-later
"""Input for whoever reads what strangers send: something that is right, with a few injuries that know where it hurts.

Each test looks at ``FUZZ_EXAMPLES`` cases (a few dozen by default, so that all of them take seconds; `make fuzz` looks at many more).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
DEAR = settings(SETTINGS, max_examples=max(10, EXAMPLES // 4))
"""For what takes milliseconds a case."""

_ANYWHERE = st.integers(0, 1 << 20)
_ODD = (
    b"\0",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\r\n ",
    b"\x1a",
    b"%00",
    b"\\",
    b'"',
)


@st.composite
def injured(draw: st.DrawFn, sound: Sequence[bytes], tokens: Sequence[bytes] = ()) -> bytes:
    """One of ``sound`` with up to six injuries; ``tokens`` are what the language is made of."""
    octets = bytearray(draw(st.sampled_from(sound)))
    pieces = st.one_of(st.sampled_from((*_ODD, *tokens)), st.binary(max_size=8))
    for kind in draw(st.lists(st.sampled_from(["cut", "drop", "double", "add", "put", "swap", "long"]), max_size=6)):
        at = draw(_ANYWHERE) % (len(octets) + 1)
        end = min(len(octets), at + draw(st.integers(0, 40)))
        match kind:
            case "cut":
                del octets[at:]
            case "drop":
                del octets[at:end]
            case "double":
                octets[at:at] = octets[at:end] * draw(st.integers(1, 50))
            case "add":
                octets[at:at] = draw(pieces)
            case "put":
                octets[at:end] = draw(pieces)
            case "swap" if len(octets) > at:
                octets[at] ^= 1 << draw(st.integers(0, 7))
            case "long":
                octets[at:at] = draw(pieces) * draw(st.sampled_from([100, 3000]))
            case _:
                pass
    return bytes(octets)


def texts(sound: Sequence[str], tokens: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """The same for text: half surrogate pairs too, as JSON and percent-decoding let them through."""
    octets = injured([one.encode() for one in sound], [one.encode() for one in tokens])
    return st.one_of(
        octets.map(lambda one: one.decode("utf-8", "surrogateescape")), st.text(max_size=60), octets.map(lambda one: one.decode("latin-1"))
    )
