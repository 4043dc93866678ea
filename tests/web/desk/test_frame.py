# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_what_was_done_is_told_by_a_word_never_by_text_from_outside(ada):
    page = ada.open("/desk/clients?done=merged&batch=0123456789ab")
    assert "Merged." in page.text
    assert page.form("/desk/clients/batches").filled()["batch"] == ["0123456789ab"]
    strange = ada.open("/desk/clients?done=<b>&batch=<script>")
    assert "<b>" not in strange.html
    assert "<script>" not in strange.html
    assert ada.open("/desk/clients/duplicates?page=999999999").status == 200
    assert ada.open("/desk/nowhere").status == 404
