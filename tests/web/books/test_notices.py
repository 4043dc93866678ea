# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.web.books.notices import TEXTS, BookNotice
from dirserver.web.shell.notices import Notice


def test_every_notice_has_words_and_a_name_of_its_own():
    assert set(TEXTS) == set(BookNotice)
    assert not set(map(str, Notice)) & set(TEXTS)
