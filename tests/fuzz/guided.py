# SPDX-License-Identifier: GPL-3.0-or-later
"""Fuzzing that watches which lines a case reaches and goes on from those that reach new ones (libFuzzer, by atheris).

``python -m tests.fuzz.guided FOLDER RUNS [READER ...]``: each reader in a process of its own, ``RUNS`` cases, or none for ever. A case that
is neither read nor refused in our own words ends it with a status other than 0, and is kept in ``FOLDER``.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dirserver", "radicale_dirserver"]):
    from dirserver.api.cursor import Cursor
    from dirserver.card import reader, writer
    from dirserver.errors import DirserverError
    from dirserver.exchange.encoding import choose_encoding, decoded_lines
    from dirserver.exchange.mapping import ColumnMapping
    from dirserver.exchange.reading_csv import read_csv, read_header
    from dirserver.exchange.reading_ldif import read_ldif
    from dirserver.exchange.reading_vcard import read_vcards
    from dirserver.exchange.row import Notes
    from dirserver.ldap.mirror.cookie import Cookie
    from dirserver.ldap.wire.decode import decode
    from dirserver.ldap.wire.framing import number_of_one
    from dirserver.model.change import SyncToken
    from dirserver.model.dn import DN
    from dirserver.web.shell.links import safe_next
    from radicale_dirserver.wire.card_filter import read_filter
    from radicale_dirserver.wire.credentials import read_basic
    from radicale_dirserver.wire.errors import Refused
    from radicale_dirserver.wire.xml_body import read_xml

from tests.fuzz.seeds import SEEDS

_LONGEST = 4_096
_SECONDS_A_CASE = 20


def _lines(octets: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(octets))  # type: ignore[arg-type]  # a raw stream in memory


def card(octets: bytes) -> None:
    found = reader.read(octets)
    assert reader.read(writer.write(found)) == found


def cards(octets: bytes) -> None:
    list(read_vcards(_lines(octets)))


def ldif(octets: bytes) -> None:
    list(read_ldif(decoded_lines(_lines(octets), choose_encoding(octets, None)), Notes()))


def csv(octets: bytes) -> None:
    lines = decoded_lines(_lines(octets), choose_encoding(octets, None))
    list(read_csv(lines, read_header(lines, ColumnMapping()), ColumnMapping(), Notes()))


def ldap(octets: bytes) -> None:
    number_of_one(octets, _LONGEST)
    decode(octets)


def dn(octets: bytes) -> None:
    found = DN.parse(octets.decode("utf-8", "replace"))
    assert DN.parse(str(found)).key == found.key


def xml(octets: bytes) -> None:
    read_filter(read_xml(octets))


def header(octets: bytes) -> None:
    text = octets.decode("latin-1")
    known = read_basic(text)
    assert known is None or (known.login.strip() and "\0" not in known.password)
    assert safe_next(text).startswith("/")
    assert not safe_next(text).startswith(("//", "/\\"))


def token(octets: bytes) -> None:
    found = SyncToken.parse(octets.decode("utf-8", "replace"))
    assert found is None or SyncToken.parse(str(found)) == found
    with contextlib.suppress(DirserverError):
        Cursor.parse(octets.decode("utf-8", "replace"))
    Cookie.read(octets)


READERS: Mapping[str, Callable[[bytes], None]] = {each.__name__: each for each in (card, cards, ldif, csv, ldap, dn, xml, header, token)}


def _fuzz(name: str, folder: Path, runs: str) -> None:
    """Look at cases of one reader; never comes back (libFuzzer ends the process)."""
    corpus = folder / name
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)

    def one(octets: bytes) -> None:
        with contextlib.suppress(DirserverError, Refused):
            READERS[name](octets)

    words = [f"-max_len={_LONGEST}", f"-timeout={_SECONDS_A_CASE}", f"-artifact_prefix={folder}/{name}-", "-print_final_stats=1"]
    atheris.Setup([name, *words, *([f"-runs={runs}", "-seed=1"] if runs else []), str(corpus)], one)
    atheris.Fuzz()


def main(folder: str, runs: str, *names: str) -> int:
    """Fuzz the readers one after the other; the first status that isn't 0, and 0 if all were well."""
    worst = 0
    for name in names or tuple(READERS):
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _fuzz(name, Path(folder), runs)
            os._exit(70)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stderr.write(f"{name}: {'well' if status == 0 else f'ended with {status}'}\n")
        worst = worst or status
    return worst


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
