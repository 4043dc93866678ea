# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config import Config, HttpSettings
from dirserver.config.certificate import Certificate
from dirserver.errors import BadConfig
from tests.certificates import make_certificate


def test_a_certificate_with_its_key_passes_and_a_renewed_one_is_noticed(tmp_path):
    files = make_certificate(tmp_path)
    certificate = Certificate(files.certificate, files.key)
    certificate.check()
    before = certificate.state()
    assert certificate.state() == before
    make_certificate(tmp_path)
    assert certificate.state() != before


def test_without_a_certificate_there_is_no_tls():
    assert Certificate.of(Config().http) is None
    assert Certificate.of(HttpSettings(tls_certificate="/a", tls_key="/b")) is not None


@pytest.mark.parametrize(
    "fault, told", [("missing", "can't be read"), ("other", "is not the key of"), ("text", "in PEM"), ("password", "has a password")]
)
def test_what_is_wrong_is_told_with_the_file(tmp_path, fault, told):
    files = make_certificate(tmp_path, password=b"hunter2" if fault == "password" else None)
    key = files.key
    if fault == "missing":
        key = tmp_path / "nowhere.key"
    elif fault == "other":
        key = make_certificate(tmp_path, name="other").key
    elif fault == "text":
        key.write_text("not a key")
    with pytest.raises(BadConfig) as caught:
        Certificate(files.certificate, key).check()
    assert told in caught.value.public_message
    assert str(key) in caught.value.public_message
    assert "hunter2" not in caught.value.public_message
