# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from dirserver.config import MailSecurity
from dirserver.config.about import About
from dirserver.config.converting import convert

ABOUT = About("", minimum=1, maximum=9)


@pytest.mark.parametrize(
    "value, wanted, made",
    [(True, bool, True), (9, int, 9), ("x", str, "x"), ("tls", MailSecurity, MailSecurity.TLS), ("a", Path, Path("a"))],
)
def test_what_fits_becomes_the_type_of_the_setting(value, wanted, made):
    assert convert(value, wanted, ABOUT) == made


@pytest.mark.parametrize(
    "value, wanted, remedy",
    [
        (1, bool, "write true or false"),
        (True, int, "write a whole number from 1 to 9"),
        (10, int, "10 is out of range"),
        (1, str, "write text in double quotes"),
        ("a\0b", str, "write text in double quotes"),
        ("ssl", MailSecurity, 'write one of "starttls", "tls", "none"'),
        (" ", Path, "write the path of a file"),
    ],
)
def test_what_does_not_fit_is_told_with_what_to_write(value, wanted, remedy):
    with pytest.raises(ValueError, match=remedy):
        convert(value, wanted, ABOUT)
