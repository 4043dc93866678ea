# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable

from tests.web.security.enrolling import CODE, enrol
from tests.web.visitor import Visitor


def test_new_codes_take_the_place_of_the_old_and_can_be_saved_by_their_owner_alone(signed_in: Callable[[str], Visitor]):
    ada, esme = signed_in("ada"), signed_in("esme")
    assert "Recovery codes" not in ada.open("/me/security").text
    _, page = enrol(ada)
    first = CODE.findall(page.text)
    renewed = ada.fill_in("/me/security", "/me/security/recovery-codes")
    codes = CODE.findall(renewed.text)
    assert len(codes) == 10
    assert not set(first) & set(codes)
    link = next(link for link in renewed.links if "recovery-codes.txt" in link)
    saved = ada.open(link)
    assert saved.answer.text.splitlines()[2:] == codes
    assert saved.answer.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert esme.open(link).status == 404
    assert ada.open("/me/security/recovery-codes.txt?sealed=guess").status == 404
