# SPDX-License-Identifier: GPL-3.0-or-later
from dirserver.mail.texts import LINK, TEXTS
from dirserver.model.letter import Matter


def test_every_matter_has_a_text_and_only_letters_with_a_secret_a_link():
    assert set(TEXTS) == set(Matter)
    assert {matter for matter, text in TEXTS.items() if LINK in text.paragraphs} == {matter for matter in Matter if matter.has_secret}
