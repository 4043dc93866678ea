# SPDX-License-Identifier: GPL-3.0-or-later
"""What deploy/ and the generated reference promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dirserver.config.read import parse
from tests.programs import absent

ROOT = Path(__file__).parents[2]
UNITS = ["dirserver.service", "dirserver@.service"]


def test_the_generated_files_are_current():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/reference/generate.py"), "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sample_settings_can_be_read():
    sample = ROOT / "deploy/dirserver.toml"
    assert parse(sample.read_text(), sample, {}).domain == "example.com"


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_the_units_in_order_and_well_locked_up(unit):
    if shutil.which("systemd-analyze") is None:
        absent("systemd-analyze is not installed")
    file = ROOT / "deploy" / unit
    verified = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    complaints = [
        line for line in verified.stderr.splitlines() if unit.partition(".")[0].rstrip("@") in line and "not executable" not in line
    ]
    assert complaints == []
    rated = subprocess.run(["systemd-analyze", "security", "--offline=true", str(file)], capture_output=True, text=True, check=False)
    level = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert level is not None, rated.stderr
    assert float(level.group(1)) < 2


def test_the_proxies_let_bodies_through_that_the_server_takes():
    limit_mb = parse("", Path("x"), {}).http.max_body_bytes // 1_048_576
    assert f"client_max_body_size {limit_mb}m" in (ROOT / "deploy/nginx.conf").read_text()
    assert f"max_size {limit_mb}MB" in (ROOT / "deploy/Caddyfile").read_text()


def test_the_image_runs_as_nobody_special():
    lines = (ROOT / "deploy/Containerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER dirserver"]


def test_nginx_of_debian_takes_the_sample(tmp_path):
    if (nginx := shutil.which("nginx", path="/usr/sbin:/usr/bin")) is None:
        # Our words for the same, where nginx is not there to ask.
        assert "http2 on;" not in re.sub("#.*", "", (ROOT / "deploy/nginx.conf").read_text())
        return
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    sample = (ROOT / "deploy/nginx.conf").read_text()
    sample = re.sub(r"/etc/letsencrypt\S*fullchain.pem", str(certificate), sample)
    sample = re.sub(r"/etc/letsencrypt\S*privkey.pem", str(key), sample).replace("/var/log/nginx/", f"{tmp_path}/")
    # Ports of their own: those below 1024 aren't everybody's.
    sample = re.sub(r"listen (\[::\]:)?(\d+)", lambda found: f"listen {found[1] or ''}{50_000 + int(found[2])}", sample)
    module = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
    head = f"load_module {module};\n" if module.exists() else ""
    written = tmp_path / "nginx.conf"
    written.write_text(f"{head}pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n{sample}")
    tried = subprocess.run([nginx, "-t", "-c", written], capture_output=True, text=True, check=False)
    complaints = [line for line in tried.stderr.splitlines() if "[emerg]" in line and 'unknown directive "stream"' not in line]
    assert complaints == []
