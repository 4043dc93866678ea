# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.mail.postbox import postbox


def set_up(company, port):
    settings = company.folder / "dirserver.toml"
    settings.write_text(
        settings.read_text()
        .replace('#host = ""', 'host = "127.0.0.1"')
        .replace("#port = 0", f"port = {port}")
        .replace('#security = "starttls"', 'security = "none"')
    )


def test_without_a_mail_server_mail_says_what_to_set(company):
    done = company.run("mail", "queue")
    assert done.status != 0
    assert "give [mail] host in the settings" in done.err


def test_mail_is_tried_and_its_queue_is_seen(company):
    with postbox(company.folder) as box:
        set_up(company, box.port)
        assert "took a message to boss@example.com" in company.ok("mail", "test", "boss@example.com", "--language", "pl")
        assert box.arrived[0]["Subject"].startswith("Próbna wiadomość")
        company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com", "--password-stdin", stdin="a long enough one\n")
        box.refused["boss@example.com"] = "550 5.1.1 gone"
        done = company.run("mail", "test", "boss@example.com")
        assert done.status != 0
        assert "550 5.1.1 gone" in done.err
    assert company.json("mail", "queue") == []
    assert "can't be reached" in company.run("mail", "test", "boss@example.com").err
