# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.card.reader import read
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.cast import uuid_of
from tests.web.visitor import Visitor


def test_a_saved_contact_is_a_vcard_with_the_photo(ada: Visitor, change, photo):
    change("bruno", jpegPhoto=photo)
    answer = ada.open("/people/bruno/card.vcf").answer
    assert answer.mimetype == "text/vcard"
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"bruno.vcf\"; filename*=UTF-8''bruno.vcf"
    card = read(answer.data)
    assert card.formatted_name == "Bruno Königsmann"
    assert card.first("PHOTO") is not None
    assert not card.first("PHOTO").value.startswith("blob:")


def test_a_saved_contact_holds_what_one_may_see(esme: Visitor):
    card = read(esme.open("/people/ada/card.vcf").answer.data)
    assert card.formatted_name == "Ada Łukasińska"
    assert card.first("EMAIL") is None
    assert len(card.all("TEL")) == 1


@pytest.mark.parametrize("who", ["ada", "esme"])
def test_a_qr_code_is_a_sealed_picture(signed_in, who):
    answer = signed_in(who).open("/people/ada/qr.svg").answer
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_qr_code_of_a_long_card_leaves_lines_out(ada: Visitor, change):
    change("bruno", title="Head of " + "x" * 3000)
    assert ada.open("/people/bruno/qr.svg").status == 200


def test_a_name_can_not_break_out_of_the_file_name(chika: Visitor, parts: Parts):
    with parts.directory.writing(Principal.system()) as writing:
        name = writing.rename(uuid_of("zoe"), 'z"oe; x=é').name
    answer = chika.open(f"/people/{name}/card.vcf").answer
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"z-oe-x.vcf\"; filename*=UTF-8''z%22oe%3B%20x%3D%C3%A9.vcf"
