# SPDX-License-Identifier: GPL-3.0-or-later
"""vdirsyncer, a real client, against the door in a process of its own."""

from __future__ import annotations

import base64
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from dirserver.config import load
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.wiring import Parts, wire
from tests.cast import ADA_MOBILE, device_of, make_company, uuid_of
from tests.programs import absent
from tests.radicale_dirserver.wsgi import basic, vcard

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
SERVING = Path(__file__).with_name("serving.py")
VDIRSYNCER = Path(sys.executable).with_name("vdirsyncer")


@dataclass(frozen=True)
class Served:
    """A running door."""

    port: int
    parts: Parts

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
        *,
        login: str = "ada",
    ):
        signed = {"Authorization": basic(login, device_of(login))} | (headers or {})
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, signed, encode_chunked=body is not None and not isinstance(body, bytes))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "dirserver.key").write_bytes(base64.b64encode(secrets.token_bytes(32)))
    (folder / "dirserver.key").chmod(0o600)
    file = folder / "dirserver.toml"
    file.write_text('domain = "example.com"\n')
    parts = wire(load(file), may_create=True)
    make_company(parts)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}"}
    process = subprocess.Popen([sys.executable, str(SERVING), str(file), str(port)], env=environment, cwd=folder)
    try:
        wait_until_it_answers(process, port)
        yield Served(port, parts)
    finally:
        process.terminate()
        process.wait(30)
        parts.close()


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the door did not start"
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("OPTIONS", "/dav/")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the door did not answer")


class Client:
    """vdirsyncer with one pair: a folder here, a book there."""

    def __init__(self, folder: Path, served: Served, login: str, book: str) -> None:
        if not VDIRSYNCER.exists():
            absent("vdirsyncer is not installed: pip install 'dirserver[dev]'")
        folder.mkdir()
        self.cards = folder / "cards" / book
        self.config = folder / "config"
        self.config.write_text(
            f'[general]\nstatus_path = "{folder}/status/"\n'
            f'[pair book]\na = "here"\nb = "there"\ncollections = ["{book}"]\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{folder}/cards/"\nfileext = ".vcf"\n'
            f'[storage there]\ntype = "carddav"\nurl = "http://127.0.0.1:{served.port}/dav/"\n'
            f'username = "{login}"\npassword = "{device_of(login)}"\n'
        )
        self.run("discover", answer="y\n" * 5)

    def run(self, *words: str, answer: str = "", is_fine: bool = True) -> str:
        done = subprocess.run(
            [str(VDIRSYNCER), "-c", str(self.config), *words], input=answer, capture_output=True, text=True, check=False, timeout=120
        )
        said = done.stdout + done.stderr
        assert (done.returncode == 0) is is_fine, said
        return said

    def sync(self) -> str:
        return self.run("sync")

    def texts(self) -> dict[str, str]:
        return {path.stem: path.read_text(encoding="utf-8") for path in self.cards.glob("*.vcf")}


@pytest.fixture
def client(served: Served, tmp_path: Path):
    def make(login: str = "ada", book: str = "contacts") -> Client:
        return Client(tmp_path / f"{login}-{book}-{secrets.token_hex(3)}", served, login, book)

    return make


def test_the_people_come_down_as_each_may_see_them(client):
    ada, esme = client("ada", "people"), client("esme", "people")
    ada.sync()
    esme.sync()
    assert set(ada.texts()) == set(esme.texts())
    assert len(ada.texts()) == 8
    assert ADA_MOBILE in ada.texts()[uuid_of("ada")]
    assert ADA_MOBILE not in esme.texts()[uuid_of("ada")]


def test_a_change_brings_one_card(client, served: Served):
    ada = client("ada", "people")
    ada.sync()
    before = ada.texts()
    with served.parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Architect",))])
    said = ada.sync()
    assert said.count("Copying") == 1
    changed = {name for name, text in ada.texts().items() if before[name] != text}
    assert changed == {uuid_of("zoe")}


def test_cards_go_up_change_and_go_and_a_second_device_follows(client):
    phone, laptop = client(), client()
    phone.sync()
    laptop.sync()
    (phone.cards / "n1.vcf").write_text(
        vcard("vd-n1", "NOTE:kept\\, as it is", "X-ODD:too", name="Ñina Łódź"), encoding="utf-8", newline=""
    )
    # A client that is left without any card asks whether that was meant.
    (phone.cards / "n2.vcf").write_text(vcard("vd-n2"), encoding="utf-8", newline="")
    phone.sync()
    laptop.sync()
    (there,) = [text for text in laptop.texts().values() if "UID:vd-n1" in text]
    assert "NOTE:kept\\, as it is" in there
    assert "X-ODD:too" in there
    edited = next(path for path in laptop.cards.glob("*.vcf") if "vd-n1" in path.read_text(encoding="utf-8"))
    edited.write_text(there.replace("kept", "changed"), encoding="utf-8", newline="")
    laptop.sync()
    phone.sync()
    assert any("NOTE:changed" in text for text in phone.texts().values())
    edited.unlink()
    laptop.sync()
    phone.sync()
    assert not any("vd-n1" in text for text in phone.texts().values())
    assert "Copying" not in phone.sync()


def test_a_conflict_is_noticed_and_nothing_is_overwritten_unseen(client):
    phone, laptop = client(), client()
    (phone.cards.parent).mkdir(parents=True, exist_ok=True)
    phone.sync()
    laptop.sync()
    (phone.cards / "c.vcf").write_text(vcard("vd-c", "NOTE:first"), encoding="utf-8", newline="")
    phone.sync()
    laptop.sync()
    for device, note in ((phone, "phone"), (laptop, "laptop")):
        path = next(path for path in device.cards.glob("*.vcf") if "vd-c" in path.read_text(encoding="utf-8"))
        path.write_text(path.read_text(encoding="utf-8").replace("first", note), encoding="utf-8", newline="")
    phone.sync()
    laptop.sync()
    assert any("NOTE:phone" in text for text in laptop.texts().values())
    assert any("NOTE:phone" in text for text in phone.texts().values())


def test_who_may_not_write_keeps_the_server_as_it_is(client, served: Served):
    ada = client("ada", "people")
    ada.sync()
    path = ada.cards / f"{uuid_of('dov')}.vcf"
    path.write_text(path.read_text(encoding="utf-8").replace("Help Desk", "Boss"), encoding="utf-8", newline="")
    ada.run("sync", is_fine=False)
    status, _, body = served.request("GET", f"/dav/ada/people/{uuid_of('dov')}.vcf")
    assert status == 200
    assert b"Boss" not in body


def test_a_long_stream_a_chunked_body_and_an_odd_path_pass_the_real_server(served: Served):
    with served.parts.directory.writing(Principal.system()) as writing:
        note = "x" * 9000
        book = writing.book("~bruno")
    for number in range(30):
        status, _, _ = served.request(
            "PUT", f"/dav/bruno/contacts/M%C3%BCller%20{number}.vcf", vcard(f"s{number}", f"NOTE:{note}").encode(), login="bruno"
        )
        assert status == 201
    chunks = (part for part in (vcard("chunked")[:20].encode(), vcard("chunked")[20:].encode()))
    status, _, _ = served.request("PUT", "/dav/bruno/contacts/c.vcf", chunks, {"Transfer-Encoding": "chunked"}, login="bruno")
    assert status == 201
    status, headers, body = served.request("GET", "/dav/bruno/contacts/", login="bruno")
    assert status == 200
    assert "content-length" not in {name.lower() for name in headers}
    assert body.count(b"BEGIN:VCARD") == 31
    with served.parts.directory.reading(Principal.system()) as reading:
        assert reading.count(reading.book(book.slug)) == 31


def test_a_client_that_leaves_in_the_middle_holds_nothing(served: Served):
    for _ in range(20):
        with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)) as connection:
            connection.request("GET", "/dav/bruno/contacts/", headers={"Authorization": basic("bruno", device_of("bruno"))})
            connection.getresponse().read(100)
    status, _, _ = served.request("PUT", "/dav/bruno/contacts/after.vcf", vcard("after").encode(), login="bruno")
    assert status == 201
