# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from dirserver.config import Config, MailSecurity
from dirserver.config.read import parse
from dirserver.errors import BadConfig

FILE = Path("/srv/dirserver.toml")


def read(text: str) -> Config:
    return parse(f'domain = "acme.example"\n[mail]\n{text}', FILE, {})


def test_without_a_host_there_is_no_mail() -> None:
    assert not read("").mail.is_set


@pytest.mark.parametrize("security, port", [("starttls", 587), ("tls", 465)])
def test_a_host_is_enough(security: str, port: int) -> None:
    mail = read(f'host = "smtp.acme.example"\nsecurity = "{security}"').mail
    assert (mail.is_set, mail.port, mail.sender, mail.security) == (True, port, "dirserver@acme.example", MailSecurity(security))


def test_files_are_found_beside_the_settings() -> None:
    mail = read('host = "smtp.acme.example"\nuser = "d"\npassword_file = "mail.password"\nca_file = "ca.pem"').mail
    assert (mail.password_file, mail.ca_file) == ("/srv/mail.password", "/srv/ca.pem")


@pytest.mark.parametrize(
    "text, remedy",
    [
        ('host = "smtp.acme.example"\nsecurity = "none"', "line 4: mail.security: links that set passwords would travel open"),
        ('host = "smtp.acme.example"\nuser = "d"', "line 4: mail.user: to sign in takes a name and a password; set password_file too"),
        ('sender = "nobody"', "line 3: mail.sender: write a mail address"),
        ('sender = "a@b.example\\nBcc: c@d.example"', "line 3: mail.sender: write a mail address"),
    ],
)
def test_what_would_not_do_is_refused_with_a_remedy(text: str, remedy: str) -> None:
    with pytest.raises(BadConfig, match=remedy):
        read(text)


def test_a_server_on_this_machine_may_be_spoken_to_openly() -> None:
    assert read('host = "localhost"\nsecurity = "none"').mail.port == 25
