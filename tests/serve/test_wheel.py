# SPDX-License-Identifier: GPL-3.0-or-later
"""The wheel alone, in an environment of its own: it has everything that it needs, and serves without the repository."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.commands import Done, Shell

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@dataclasses.dataclass(frozen=True)
class Installed(Shell):
    """Commands of the installed wheel."""

    @property
    def environment(self):
        return {name: value for name, value in super().environment.items() if name != "PYTHONPATH"}

    def run(self, *arguments, stdin="", **environment):
        done = subprocess.run(
            self.command(*arguments), input=stdin, capture_output=True, text=True, cwd=self.folder, env=self.environment, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of what the sources hold."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A fresh environment with the wheel, and with the libraries that this one has."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    site = next((home / "lib").glob("python*/site-packages"))
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    # After the wheel: what both have comes from the wheel.
    (site / "zz-libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return str(home / "bin" / "python")


def test_the_wheel_holds_templates_migrations_and_the_plugin_and_no_tests(wheel):
    names = ZipFile(wheel).namelist()
    for part in (
        "dirserver/store/migrations/versions/",
        "dirserver/web/shell/templates/",
        "dirserver/web/shell/static/",
        "dirserver/web/people/messages/",
        "radicale_dirserver/application.py",
    ):
        assert any(name.startswith(part) for name in names), part
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]


def test_the_installed_wheel_begins_a_directory_and_serves_it(python, tmp_path):
    shell = Installed(tmp_path, python)
    where = subprocess.run(
        [python, "-P", "-c", "import dirserver, radicale_dirserver; print(dirserver.__file__, radicale_dirserver.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=shell.environment,
        check=True,
    )
    assert str(ROOT) not in where.stdout
    shell.init()
    with shell.serving() as served:
        fetched = subprocess.run(
            [python, "-c", f"import urllib.request as r; print(r.urlopen('http://{served.http}/sign-in').status)"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert fetched.stdout == "200\n"
        assert served.ldap != "-"
