# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver serve."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option
from dirserver.config import load
from dirserver.serve.programs import Kind
from dirserver.serve.start import serve as start


@click.command()
@click.argument("kind", type=click.Choice([each.value for each in Kind]), required=False)
@config_option
def serve(kind: str | None, config_file: Path | None) -> int:
    """Serve pages, CardDAV and LDAP until Ctrl-C or SIGTERM; KIND starts one of them alone.

    Nothing starts when an address is taken or the database can't be opened. Workers that die are started again. Under systemd
    it tells when it is ready (Type=notify).
    """
    return start(load(config_file), frozenset({Kind(kind)} if kind else Kind))
