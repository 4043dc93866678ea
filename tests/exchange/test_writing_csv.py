# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import csv
import io

from dirserver.exchange.exported import Exported, Reference
from dirserver.exchange.writing_csv import CsvWriter, values_of

ONE = Exported(
    name="ada",
    uuid="0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f",
    texts={"cn": ('Ada, "the"\r\nfirst',), "mobile": ("+34911", "+34912"), "title": ("=1+1",)},
    octets={"jpegPhoto": (b"\xff\xd8\xff",)},
    references={"manager": (Reference("u-1", "bruno", "people"), Reference("u-2"))},
    names={},
)


def test_cells_are_quoted_guarded_and_joined():
    stream = io.BytesIO()
    writer = CsvWriter(stream, ("uid", "cn", "mobile", "title", "jpegPhoto", "manager", "sn"))
    writer.write(ONE)
    writer.close()
    text = stream.getvalue().decode()
    assert text.startswith("\ufeffuid,cn,mobile,title,jpegPhoto,manager,sn\r\n")
    (_, row) = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert row == ["ada", 'Ada, "the"\r\nfirst', "'+34911 ::: '+34912", "'=1+1", "/9j/", "bruno ::: u-2", ""]


def test_values_are_found_by_column():
    assert values_of(ONE, "uuid") == ("0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f",)
    assert values_of(ONE, "secretary") == ()
