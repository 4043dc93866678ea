# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.card import Version
from dirserver.card.convert import convert
from dirserver.card.patch import patch
from dirserver.card.projection import attributes
from dirserver.card.reader import read
from dirserver.card.social import service_of, with_services
from dirserver.card.writer import write
from dirserver.model.modification import Modification, Operation


def card(*lines: str, version: str = "3.0"):
    return read("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", "UID:u", "FN:Ada", "N:;Ada;;;", *lines, "END:VCARD", ""]).encode())


@pytest.mark.parametrize(
    "address, service",
    [
        ("https://www.linkedin.com/in/ada", "linkedin"),
        ("https://de.linkedin.com/in/ada", "linkedin"),
        ("https://x.com/ada", "twitter"),
        ("https://notlinkedin.com/ada", ""),
        ("https://linkedin.com.evil.example/ada", ""),
        ("x-apple:ada", ""),
        ("https://[", ""),
    ],
)
def test_the_address_tells_the_network(address: str, service: str) -> None:
    assert service_of(address) == service


def test_a_new_profile_is_typed_for_phones_of_either_kind() -> None:
    wanted = [Modification("socialProfile", Operation.REPLACE, ("https://www.linkedin.com/in/ada", "https://social.example/@ada"))]
    for version, line in (("3.0", "X-SOCIALPROFILE;type=linkedin:"), ("4.0", "SOCIALPROFILE;SERVICE-TYPE=linkedin:")):
        made = with_services(patch(card(version=version), wanted))
        assert f"{line}https://www.linkedin.com/in/ada" in write(made)
        assert attributes(made)["socialProfile"] == ("https://www.linkedin.com/in/ada", "https://social.example/@ada")


def test_another_address_gets_another_type_and_what_somebody_called_otherwise_stays() -> None:
    before = card("X-SOCIALPROFILE;type=twitter;x-user=ada:https://twitter.com/ada", "X-SOCIALPROFILE;type=Work:https://github.com/ada")
    changed = patch(before, [Modification("socialProfile", Operation.REPLACE, ("https://github.com/ada", "https://www.xing.com/ada"))])
    made = write(with_services(changed))
    assert "type=xing" in made
    assert "type=twitter" not in made
    own = card("X-SOCIALPROFILE;type=Ada's club:https://github.com/ada-club")
    assert with_services(own) == own
    # And over the other version and back, as an iPhone and a 4.0 client take turns.
    typed = with_services(card("X-SOCIALPROFILE:https://github.com/ada"))
    assert convert(convert(typed, Version.V4), Version.V3) == typed
