# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json


def test_figures_are_drawn_beside_their_table_and_given_to_programs(ada):
    page = ada.open("/desk/clients/report")
    assert page.html.count('<svg class="desk-') >= 3
    assert page.html.count("<table") == page.html.count("<figure")
    assert "style=" not in page.html
    rows = json.loads(ada.open("/desk/clients/report?format=json").answer.get_data(as_text=True))
    assert {"topic": "completeness", "what": "mail", "count": 3, "of": 3} in rows
    assert "completeness,mail,3,3" in ada.open("/desk/clients/report?format=csv").answer.get_data(as_text=True)
