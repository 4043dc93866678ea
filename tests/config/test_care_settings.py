# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config import load
from dirserver.errors import BadConfig


def test_how_often_people_are_asked_is_set_within_reason(tmp_path):
    file = tmp_path / "dirserver.toml"
    file.write_text('domain = "example.com"\n[care]\nconfirm_after_days = 365\nask_again_after_days = 0\n')
    settings = load(file).care
    assert (settings.confirm_after_days, settings.ask_again_after_days, settings.ask_times, settings.trash_review_days) == (365, 0, 3, 60)
    file.write_text('domain = "example.com"\n[care]\nask_times = 0\n')
    with pytest.raises(BadConfig, match="ask_times"):
        load(file)
