# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_which_fields_wait_for_whom_is_said_listed_and_taken_back(company):
    company.ok("approval", "add", "jobTitle", "--by", "manager")
    company.ok("approval", "add", "private", "--by", "stewards")
    assert company.run("approval", "add", "title", "--by", "boss").status == 2
    assert company.json("approval", "list") == [
        {"field": "private", "approver": "stewards"},
        {"field": "title", "approver": "manager"},
    ]
    company.ok("approval", "remove", "title")
    assert company.run("approval", "remove", "title").status == 4
