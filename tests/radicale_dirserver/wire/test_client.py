# SPDX-License-Identifier: GPL-3.0-or-later
"""Which family a User-Agent belongs to."""

import pytest

from dirserver.model.client import Family
from radicale_dirserver.wire.client import family_of


@pytest.mark.parametrize(
    "user_agent, family",
    [
        ("iOS/12.1.4 (16D57) accountsd/1.0", Family.IOS),
        ("iOS/17.5 (21F79) dataaccessd/1.0", Family.IOS),
        ("iOS/18.4 (22E240) Preferences/1.0", Family.IOS),
        ("iPadOS/17.1 (21B74) dataaccessd/1.0", Family.IOS),
        ("Mac OS X/10.13.1 (17B48) AddressBook/1806", Family.MACOS),
        ("Mac+OS+X/10.13.2 (17C205) accountsd/113", Family.MACOS),
        ("Mac_OS_X/10.9.5 (13F34) AddressBook/1369", Family.MACOS),
        ("macOS/12.6.3 (21G419) AddressBookCore/2498.5", Family.MACOS),
        ("macOS/13.2.1 (22D68) dataaccessd/1.0", Family.MACOS),
        ("AddressBook/6.1.3 (1091) CardDAVPlugin/200 CFNetwork/520.5.3 Mac_OS_X/10.7.5 (11G63)", Family.MACOS),
        ("AddressBookSourceSync/10.13 CFNetwork/893.10", Family.MACOS),
        ("DAVx5/4.4.3-ose (dav4jvm; okhttp/4.12.0) Android/14", Family.DAVX5),
        ("DAVdroid/1.11.2-ose (2018/05/02; dav4android; okhttp3) Android/8.1.0", Family.DAVX5),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.7.0", Family.THUNDERBIRD),
        ("Mozilla/5.0 (Windows NT 10.0; rv:102.0) Gecko/20100101 Thunderbird CardBook/83.8", Family.THUNDERBIRD),
        ("Evolution/3.46.4", Family.EVOLUTION),
        ("Mozilla/5.0 (X11; Linux x86_64) KHTML/5.103.0 (like Gecko) Konqueror/5 KIO/5.103", Family.KDE),
        ("CalDavSynchronizer/4.4", Family.OUTLOOK),
        ("vdirsyncer/0.21.0", Family.VDIRSYNCER),
        ("", Family.OTHER),
        ("axios/1.7.2", Family.OTHER),
        ("tokio/1.38", Family.OTHER),
        ("Mac OS X/10.15.7 (19H2) BusyContacts/1.6", Family.OTHER),
        ("macOS/13.3 (22E252) CalendarAgent/961", Family.OTHER),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", Family.OTHER),
    ],
)
def test_programs_are_known_by_what_they_call_themselves(user_agent: str, family: Family) -> None:
    assert family_of(user_agent) is family


def test_only_the_beginning_of_a_long_name_is_looked_at() -> None:
    assert family_of("x" * 100_000 + " Thunderbird/140") is Family.OTHER
