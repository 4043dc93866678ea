# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
from email.message import EmailMessage
from pathlib import Path

import pytest

from dirserver.config import MailSecurity, MailSettings
from dirserver.config.values import FilePath
from dirserver.mail.server import MailServer, NotTaken, Unreachable
from tests.mail.postbox import PASSWORD, Postbox, postbox


def message(to: str = "ada@example.com") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "contacts@example.com", to, "Hello"
    made.set_content("Hello")
    return made


def sent(settings: MailSettings, to: str = "ada@example.com") -> None:
    with MailServer(settings).open() as line:
        line.send(message(to))


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_password_travels_under_tls_to_a_server_whose_certificate_is_known(tmp_path: Path, security: MailSecurity) -> None:
    with postbox(tmp_path, security, with_password=True) as box:
        good = box.settings(tmp_path, security, password=PASSWORD)
        sent(good)
        assert len(box.arrived) == 1
        for bad, why in (
            (dataclasses.replace(good, ca_file=FilePath("")), "no TLS"),
            (dataclasses.replace(good, password_file=FilePath(str(tmp_path / "none"))), "can't be read"),
            (box.settings(tmp_path, security, password="wrong"), "are not good"),
        ):
            with pytest.raises(Unreachable, match=why) as caught:
                sent(bad)
            assert PASSWORD not in str(caught.value)
        assert len(box.arrived) == 1


def test_a_server_without_starttls_gets_nothing(tmp_path: Path, box: Postbox) -> None:
    with pytest.raises(Unreachable, match="STARTTLS"):
        sent(box.settings(tmp_path, MailSecurity.STARTTLS))
    assert box.arrived == []


def test_nobody_there_is_told_with_the_address(tmp_path: Path) -> None:
    with postbox(tmp_path) as box:
        settings = box.settings(tmp_path)
    with pytest.raises(Unreachable, match=f"127.0.0.1:{settings.port} can't be reached"):
        sent(settings)


@pytest.mark.parametrize("answer, is_final", [("550 no", True), ("450 later", False)])
def test_a_refused_address_says_whether_it_is_for_good(tmp_path: Path, box: Postbox, answer: str, *, is_final: bool) -> None:
    box.refused["ada@example.com"] = answer
    with pytest.raises(NotTaken, match=answer) as caught:
        sent(box.settings(tmp_path))
    assert caught.value.is_final is is_final


def test_an_address_beyond_ascii_goes_where_it_is_understood(tmp_path: Path, box: Postbox) -> None:
    sent(box.settings(tmp_path), "żuraw@example.com")
    assert len(box.arrived) == 1
