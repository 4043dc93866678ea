# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong elsewhere, tried here: a test for each advisory that concerns who may do what, named by it.

Those about wire formats are tests of their parsers (``tests/ldap/test_advisories.py``, ``tests/ldap/test_hostile.py``,
``tests/radicale_dirserver/test_hostile.py``, ``tests/e2e/test_hostile_input.py``);
``docs/explanation/threat-model.md`` lists all of them with their places.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

import radicale_dirserver.application as dav
from dirserver.care.trail import Query, Trail
from dirserver.directory.writing import Writing
from dirserver.errors import DirserverError, NotAllowed, NotAuthenticated, NotFound, Throttled
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.serve import forwarded
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.cast import CLIENTS, PEOPLE, Company, device_of, make_company, uuid_of
from tests.parts import CoreParts
from tests.web.folder import make_parts

HOME = "203.0.113.5"
NAMES = ("..", "../../etc/passwd", "..\\..\\x", "C:\\x", "a\x01b", "%2e%2e", "x" * 5000, "~bruno", ".vcf", ";", "|id")
PATTERNS = ("*", "a*", "ad?", ")(uid=*", "*)(|(uid=*", "ada)(", "ada%", "%", "_da", "uid=ada", "ada;--", "' or 1=1 --")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("advisories")
    made = make_parts(folder)
    make_company(made)
    yield made
    made.close()


def ask(
    parts: Parts, method: str, path: str, login: str = "ada", body: str = "", address: str = "127.0.0.1", **headers: str
) -> TestResponse:
    credentials = base64.b64encode(f"ada:{device_of('ada')}".encode()).decode()
    environ = {"SCRIPT_NAME": "/dav", "REMOTE_ADDR": address, "PATH_INFO": path}
    with_sign_in = {"Authorization": f"Basic {credentials}", "Depth": "0", **headers}
    return Client(dav.make_app(parts)).open("/x", method=method, data=body, headers=with_sign_in, environ_overrides=environ)


@pytest.mark.parametrize("name", NAMES)
def test_cve_2015_8747_a_name_in_a_path_never_leaves_the_directory(served: Parts, name: str) -> None:
    for method, body in (("GET", ""), ("DELETE", ""), ("PUT", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\nUID:x\r\nEND:VCARD\r\n")):
        answer = ask(served, method, f"/ada/people/{name}", body=body)
        assert 400 <= answer.status_code < 500, (method, name)
        assert "root:" not in answer.text


@pytest.mark.parametrize("login", [".*", "a|b", "%", "_da", "ad_", "(ada|bruno)", "[a-z]+", "*"])
def test_cve_2015_8748_a_login_that_is_a_pattern_owns_nothing_but_its_own(parts: CoreParts, company: Company, login: str) -> None:
    account = parts.identity.add_account(login, name="Pattern", mail="p@example.com")
    with parts.directory.reading(Principal(Door.DAV, account.id, login)) as reading:
        assert [view.slug for view in reading.books() if view.slug.startswith("~")] == [f"~{login}"]
        with pytest.raises(NotFound):
            reading.book("~ada")


def test_cve_2017_8342_guessing_ends_and_a_phone_goes_on(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Throttled):
        for _ in range(200):
            refused(parts, "ada", HOME)
    assert parts.identity.authenticate("ada", device_of("ada"), door=Door.DAV, address="198.51.100.9").login == "ada"


def test_ghsa_2967_6mrp_gg3p_guesses_from_one_ipv6_network_count_together(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Throttled):
        for number in range(400):
            refused(parts, f"somebody-{number}", f"2001:db8:0:1::{number:x}")


GUESSES = itertools.count()


def refused(parts: CoreParts, login: str, address: str) -> None:
    try:
        parts.identity.authenticate(login, f"guess {next(GUESSES)}", door=Door.WEB, address=address)
    except Throttled:
        raise
    except NotAuthenticated:
        return


def test_ghsa_jjm3_j9xh_5xmq_sharing_on_gives_no_more_than_one_has(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:dov"), Level.MANAGE, ("public",), ("public",)))
    for more in (
        Grant(CLIENTS, Subject.parse("account:esme"), Level.OWN, ("public",)),
        Grant(CLIENTS, Subject.parse("account:esme"), Level.VIEW, ("work",)),
        Grant(CLIENTS, Subject.parse("account:dov"), Level.MANAGE, ("*",), ("*",)),
        Grant(CLIENTS, Subject.parse("self"), Level.EDIT, ("public",), ("hr",)),
        Grant(PEOPLE, Subject.parse("account:dov"), Level.VIEW, ("public",)),
    ):
        with pytest.raises(NotAllowed), parts.directory.writing(company.dov) as writing:
            writing.grant(more)


def _deeds(uuid: str) -> tuple[Callable[[Writing], object], ...]:
    return (
        lambda writing: writing.restore(uuid),
        lambda writing: writing.revert(uuid, 1),
        lambda writing: writing.archive(uuid),
        lambda writing: writing.trash(uuid),
        lambda writing: writing.rename(uuid, "other"),
    )


def test_ghsa_5mq8_738w_5942_and_ghsa_xwgx_f37p_xh8c_who_only_reads_restores_nothing(parts: CoreParts, company: Company) -> None:
    for deed in _deeds(uuid_of("zoe")):
        with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(company.dov) as writing:
            deed(writing)
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    for deed in _deeds(uuid_of("zoe")):
        with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(company.dov) as writing:
            deed(writing)


def test_ghsa_x45g_vx69_r9m8_of_what_was_deleted_nothing_is_left_to_read(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        zoe = reading.find(uuid_of("zoe"))
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    for asker in (company.ada, company.dov, company.esme):
        with parts.directory.reading(asker) as reading:
            with pytest.raises(NotFound):
                reading.find(zoe.uuid)
            with pytest.raises(NotFound):
                reading.history(zoe)


def test_cve_2024_47070_and_cve_2023_36456_a_forwarded_header_signs_nobody_in() -> None:
    for header in ("127.0.0.1", "127.0.0.1, 127.0.0.1", "nonsense", "::1", ""):
        environ = {"REMOTE_ADDR": HOME, "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_FOR": header, "HTTP_X_FORWARDED_PROTO": "https"}
        forwarded.settle(environ, ())
        assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == (HOME, "http")
        assert not [name for name in environ if name.startswith("HTTP_X_FORWARDED")]


def test_cve_2024_47070_a_header_from_outside_makes_no_line_private(served: Parts) -> None:
    answer = ask(served, "PROPFIND", "/ada/", address=HOME, **{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"})
    assert answer.status_code == 403


def test_cve_2023_39522_who_is_not_there_and_a_wrong_password_are_told_alike(parts: CoreParts, company: Company) -> None:
    told = set()
    for number, login in enumerate(("ada", "finn", "not-here", "ada@example.com", "")):
        with pytest.raises(NotAuthenticated) as error:
            parts.identity.authenticate(login, f"guess {next(GUESSES)}", door=Door.WEB, address=f"203.0.113.{number}")
        told.add(error.value.public_message)
    assert len(told) == 1
    # Nor does the audit trail do more work for one than for the other.
    assert len(Trail(parts.store).newest(Query(action="sign-in.refused"), 10)) == 5


@pytest.mark.parametrize("login", PATTERNS)
def test_cve_2021_29156_a_pattern_signs_nobody_in(parts: CoreParts, company: Company, login: str) -> None:
    with pytest.raises(NotAuthenticated):
        parts.identity.authenticate(login, device_of("ada"), door=Door.DAV, address=HOME)


_EVIL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH", "MKCOL"])
def test_cve_2013_7140_cve_2018_20000_and_cve_2020_24379_entities_are_refused(served: Parts, method: str) -> None:
    body = f'<?xml version="1.0"?>{_EVIL}<d:propfind xmlns:d="DAV:"><d:prop><d:displayname>&a;&c;</d:displayname></d:prop></d:propfind>'
    answer = ask(served, method, "/ada/contacts/", body=body, **{"Content-Type": "text/xml"})
    assert 400 <= answer.status_code < 500
    assert "root:" not in answer.text
    assert "lol" not in answer.text


@pytest.mark.parametrize("path", ["/sign-in", "/not/there", "/embed/people", "/sign-in?next=//evil.example/<script>"])
def test_cve_2022_39348_and_ghsa_c2jg_hw38_jrqq_no_page_repeats_the_host_or_a_target_as_markup(served: Parts, path: str) -> None:
    """Twisted: the Host header in an error page, and a redirect's target in its body."""
    evil = "<script>alert(1)</script>"
    answer = make_app(served).test_client().get(path, headers={"Host": evil, "X-Forwarded-Host": evil, "Referer": evil})
    assert "<script>" not in answer.text
    assert evil not in str(answer.headers)


def test_cve_2016_9465_a_photo_that_is_markup_is_none(parts: CoreParts, company: Company) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with pytest.raises(DirserverError), parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (svg,))])


def test_purelymail_68_a_book_of_an_account_is_nobody_elses(parts: CoreParts, company: Company) -> None:
    """A login can't be taken again while its books are there: a second person never finds the first one's."""
    with pytest.raises(DirserverError):
        parts.identity.add_account("FINN", name="Another", mail="f@example.com")
