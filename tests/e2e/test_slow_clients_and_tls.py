# SPDX-License-Identifier: GPL-3.0-or-later
"""A site with TLS of its own, and clients that are slow on purpose."""

from __future__ import annotations

import base64
import http.client
import shutil
import socket
import ssl
import time
import warnings
from contextlib import ExitStack, closing, suppress

import pytest

from tests.certificates import make_certificate
from tests.e2e.site import Site, free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# More than [http] threads, which is 4, in each of the two workers.
SLOW = 24


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("tls"))
    site.found()
    make_certificate(site.folder)
    site.set("tls_certificate", '"localhost.pem"', section="http")
    site.set("tls_key", '"localhost.key"', section="http")
    site.set("stall_timeout_s", "2", section="http")
    (ldaps_port,) = free_ports(1)
    site.set("tls_certificate", '"localhost.pem"', section="ldap")
    site.set("tls_key", '"localhost.key"', section="ldap")
    site.set("tls_listen", f'"127.0.0.1:{ldaps_port}"', section="ldap")
    site.ldaps_port = ldaps_port
    site.add_account("ada", "Ada")
    site.start("serve")
    yield site
    site.kill()


@pytest.fixture(scope="module")
def login(site):
    return "Basic " + base64.b64encode(f"ada:{site.device_password('ada')}".encode()).decode()


def context(site):
    return ssl.create_default_context(cafile=str(site.folder / "localhost.pem"))


def opened(site, stack):
    plain = stack.enter_context(closing(socket.create_connection(("127.0.0.1", site.http_port), timeout=30)))
    return stack.enter_context(closing(context(site).wrap_socket(plain, server_hostname="localhost")))


def status(site, login, method="PROPFIND", path="/dav/ada/"):
    connection = http.client.HTTPSConnection("127.0.0.1", site.http_port, timeout=30, context=context(site))
    try:
        connection.request(method, path, headers={"Authorization": login, "Depth": "0"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_ldap_speaks_tls_of_version_1_2_or_newer_at_a_port_of_its_own(site):
    bind = b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"

    def code(trusting):
        with ExitStack() as stack:
            plain = stack.enter_context(closing(socket.create_connection(("127.0.0.1", site.ldaps_port), timeout=30)))
            client = stack.enter_context(closing(trusting.wrap_socket(plain, server_hostname="localhost")))
            client.sendall(bind)
            return client.recv(100)[9]

    assert code(context(site)) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            code(old)
    assert code(context(site)) == 0


def test_passwords_are_taken_over_our_own_tls_of_version_1_2_or_newer(site, login):
    assert status(site, login) == 207
    with ExitStack() as stack:
        assert opened(site, stack).version() in {"TLSv1.2", "TLSv1.3"}
    with warnings.catch_warnings(), ExitStack() as stack:
        # Python warns of it too.
        warnings.simplefilter("ignore")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        plain = stack.enter_context(closing(socket.create_connection(("127.0.0.1", site.http_port), timeout=30)))
        with pytest.raises((ssl.SSLError, ConnectionError)):
            old.wrap_socket(plain)


def test_slow_senders_hold_nobody_up_and_are_cut_off(site, login):
    head = f"PUT /dav/ada/contacts/x.vcf HTTP/1.1\r\nHost: localhost\r\nAuthorization: {login}\r\nContent-Type: text/vcard\r\n"
    with ExitStack() as stack:
        slow = [opened(site, stack) for _ in range(SLOW)]
        for each in slow:
            each.sendall(f"{head}Content-Length: 1000\r\n\r\nBEGIN".encode())
        half = opened(site, stack)
        half.sendall(b"POST / HTTP/1.1\r\nHost: loc")
        for _ in range(20):
            assert status(site, login) == 207
        deadline = time.monotonic() + 60
        for each in slow:
            each.settimeout(max(1.0, deadline - time.monotonic()))
            # Nothing, or the answer that the body was cut short; then the end, with or without TLS's good-bye. A time-out fails.
            with suppress(ConnectionError, ssl.SSLError):
                while each.recv(4096):
                    pass
    assert status(site, login) == 207
    assert status(site, login, "GET", "/dav/ada/contacts/x.vcf") == 404


def test_what_is_too_long_is_refused_before_it_is_read(site, login):
    with ExitStack() as stack:
        client = opened(site, stack)
        head = f"PUT /dav/ada/contacts/x.vcf HTTP/1.1\r\nHost: localhost\r\nAuthorization: {login}\r\n"
        client.sendall(f"{head}Content-Length: 50000000\r\n\r\n".encode())
        assert client.recv(12).endswith((b"413", b"403"))


def test_a_certificate_that_does_not_fit_its_key_is_told_before_anything_starts(site, tmp_path):
    other = Site(tmp_path)
    other.found()
    make_certificate(tmp_path)
    make_certificate(tmp_path, name="other")
    other.set("tls_certificate", '"localhost.pem"', section="http")
    shutil.copy(tmp_path / "other.key", tmp_path / "localhost.key")
    other.set("tls_key", '"localhost.key"', section="http")
    done = other.command("serve")
    assert done.returncode != 0
    assert "is not the key of" in done.stderr


def test_a_refused_request_leaves_its_connection_as_good_as_before(site):
    """Even when the body comes after the head, as many clients send it."""
    head = "PROPFIND /dav/ada/ HTTP/1.1\r\nHost: localhost\r\nDepth: 0\r\nContent-Length: 4\r\n\r\n"
    with ExitStack() as stack:
        client = opened(site, stack)
        for _ in range(2):
            client.sendall(head.encode())
            time.sleep(0.3)
            client.sendall(b"<x/>")
            assert client.recv(65_536).startswith(b"HTTP/1.1 401")
