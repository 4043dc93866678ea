# SPDX-License-Identifier: GPL-3.0-or-later
"""tsdav, the client library of many programs in JavaScript, on a real site with TLS of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.certificates import make_certificate
from tests.e2e.people import SIZE, uuid_of
from tests.e2e.site import Site, serving
from tests.programs import absent, find_program

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CLIENT = Path(__file__).with_name("tsdav") / "client.mjs"


def test_tsdav_finds_reads_queries_writes_and_is_told_what_it_may_not(company: Site) -> None:
    node = find_program("node", package="nodejs")
    if not CLIENT.with_name("node_modules").is_dir():
        absent("tsdav is not installed: run 'make packages'")
    trusted = make_certificate(company.folder).certificate
    company.set("tls_certificate", '"localhost.pem"', section="http")
    company.set("tls_key", '"localhost.key"', section="http")
    password = company.device_password("ada")
    with serving(company):
        done = subprocess.run(
            [node, CLIENT, f"https://localhost:{company.http_port}", "ada", password], capture_output=True, text=True, check=False,
            timeout=120, env={"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(trusted)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        company.assert_quiet_log()
    told = json.loads(done.stdout)
    assert told["books"] == [["Contacts", "/dav/ada/contacts/"], ["Clients", "/dav/ada/clients/"], ["People", "/dav/ada/people/"]]
    assert told["people"] == SIZE
    assert told["found"] == [f"/dav/ada/people/{uuid_of('bruno')}.vcf"]
    assert told["statuses"] == [201, 412, 204, 412, 204, 403]
    assert "need-privileges" in told["refusal"]
    assert {"N:Neu;Nina;;;", "X-ABC:kept"} <= set(told["changed"].splitlines())
    # It gives the status of the whole answer to what was found.
    assert told["synced"] == [[], [["/dav/ada/contacts/nina.vcf", 207]], [["/dav/ada/contacts/nina.vcf", 404]]]
