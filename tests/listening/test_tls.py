# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from dirserver.config.certificate import Certificate
from dirserver.config.ldap_settings import LdapSettings
from dirserver.errors import BadConfig
from dirserver.listening.tls import Tls
from tests.certificates import make_certificate


def test_a_renewed_certificate_is_put_to_use_and_a_bad_one_is_not(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    now = [0.0]
    tls = Tls(Certificate(files.certificate, files.key, "ldap"), clock=lambda: now[0])
    first = tls.context()
    make_certificate(tmp_path)
    assert tls.context() is first
    now[0] = 31
    second = tls.context()
    assert second is not first
    files.key.write_text("nothing")
    now[0] = 62
    assert tls.context() is second
    make_certificate(tmp_path)
    now[0] = 93
    assert tls.context() is not second


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    assert Tls.of(LdapSettings()) is None
    files = make_certificate(tmp_path)
    with pytest.raises(BadConfig, match=r"\[ldap\] tls_certificate: .*can't be read"):
        Tls(Certificate(tmp_path / "none.pem", files.key, "ldap"))
    with pytest.raises(BadConfig, match="tls_client_ca"):
        Tls(Certificate(files.certificate, files.key, "ldap"), str(files.key))
