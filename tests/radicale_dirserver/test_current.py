# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

from dirserver.model.principal import Door, Principal
from radicale_dirserver.current import bound, principal_asking, principal_named, remember, signed_in, vouched

ADA = Principal(Door.DAV, 1, "ada")
BRUNO = Principal(Door.DAV, 2, "bruno")


def test_a_principal_counts_only_under_its_own_name():
    with bound(None):
        with bound(ADA):
            assert principal_named("ada") is ADA
            assert principal_named("bruno") is None
            assert principal_named("") is None
        assert principal_asking() is None


def test_only_our_application_vouches_for_somebody():
    with bound(ADA):
        assert vouched() is None
    with signed_in(ADA):
        assert vouched() is ADA
        with bound(None):
            assert principal_asking() is None
    assert vouched() is None


def test_what_one_thread_remembers_another_does_not_know():
    seen = []

    def other() -> None:
        remember(BRUNO)
        seen.append(principal_asking())

    with bound(ADA):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert seen == [BRUNO]
        assert principal_asking() is ADA
