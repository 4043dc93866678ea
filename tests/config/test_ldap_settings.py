# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.config.about import abouts_of
from dirserver.config.ldap_settings import LdapSettings


def test_without_a_word_nobody_signs_in_in_the_open_and_nobody_reads_unknown() -> None:
    settings = LdapSettings()
    assert (settings.allow_plain_bind, settings.anonymous, settings.listen.host) == (False, False, "127.0.0.1")


def test_every_number_has_bounds() -> None:
    for name, about in abouts_of(LdapSettings).items():
        if isinstance(getattr(LdapSettings(), name), int) and not isinstance(getattr(LdapSettings(), name), bool):
            assert about.minimum is not None, name
            assert about.minimum <= getattr(LdapSettings(), name) <= about.maximum, name
