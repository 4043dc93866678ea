# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``dirserver``: its groups of commands, and the one place where a fault becomes a message and an exit status."""

from __future__ import annotations

import difflib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence

import click

from dirserver.cli.status import INTERRUPTED, UNEXPECTED, status_of
from dirserver.cli.terminal import complain, printable
from dirserver.config import LogSettings
from dirserver.config.values import LogFormat, LogLevel
from dirserver.errors import DirserverError
from dirserver.model.origin import come_from
from dirserver.model.principal import Principal
from dirserver.serve.log import configure

_WHERE = {
    "account": "account:account",
    "approval": "approval:approval",
    "audit": "audit:audit",
    "backup": "backup:backup",
    "batch": "batch:batch",
    "book": "book:book",
    "check": "check:check",
    "confirmation": "confirmation:confirmation",
    "demo": "demo:demo",
    "device-password": "device_password:device_password",
    "dns": "dns:dns",
    "duplicates": "duplicates:duplicates",
    "explain": "explaining:explain",
    "export": "export:export",
    "grant": "grant:grant",
    "group": "group:group",
    "import": "importing:import_",
    "init": "init:init",
    "key": "key:key",
    "lockout": "lockout:lockout",
    "mail": "mail:mail",
    "move": "move:move",
    "profile": "profile:profile",
    "proposal": "proposal:proposal",
    "report": "report:report",
    "restore": "backup:restore",
    "serve": "serve:serve",
    "token": "token:token",
    "who-can": "explaining:who_can",
}
# Every command takes them, and no group.
_LAST = ("--config", "--json")


class _Commands(click.Group):
    """Commands that are loaded when they are named: adding an account shouldn't wait for what reads workbooks and serves."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in their order."""
        del ctx
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name, or None."""
        del ctx
        if cmd_name not in _WHERE:
            return None
        command: click.Command = pkgutil.resolve_name(f"dirserver.cli.{_WHERE[cmd_name]}")
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that ``args`` begin with. Raises UsageError, with the names that are near, where there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], _WHERE, cutoff=0.7)
            if not near or args[0].startswith("-"):
                raise
            raise click.UsageError(f"{error.message} Did you mean: {', '.join(near)}?", ctx) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dirserver", prog_name="dirserver")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the whole trace of an unexpected fault.")
def cli() -> None:
    """One company address list on every device: CardDAV, LDAP and pages over one directory.

    Every command reads its settings from --config FILE; without it from dirserver.toml in the current
    directory, and without that from built-in defaults.
    """
    # Standard output is for results: what the rooms below log goes to standard error, and only what somebody must know.
    configure(LogSettings(format=LogFormat.PLAIN, level=LogLevel.WARNING), "cli")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status (see ``dirserver.cli.status``)."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; every fault is told on standard error."""
    come_from(Principal.system(), "")
    try:
        result = cli.main(args=list(arguments), prog_name="dirserver", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        complain("stopped; nothing more was done")
        return INTERRUPTED
    except KeyboardInterrupt:
        complain("stopped")
        return INTERRUPTED
    except click.ClickException as error:
        if (
            isinstance(error, click.NoSuchOption)
            and error.option_name in _LAST
            and isinstance(error.ctx and error.ctx.command, click.Group)
        ):
            complain(f"{error.option_name} comes after the whole command, as in: dirserver account list {error.option_name}")
        elif isinstance(error, click.UsageError) and error.ctx is not None:
            complain(f"{printable(error.format_message())}\nTry: {error.ctx.command_path} --help")
        else:
            complain(printable(error.format_message()))
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output had enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    except DirserverError as error:
        complain(error.public_message)
        return status_of(error)
    except Exception as error:  # noqa: BLE001 # outermost frame: people get a sentence, --debug gets the trace
        if "--debug" in arguments:
            traceback.print_exc()
        complain(f"unexpected fault ({type(error).__name__}); run again as: dirserver --debug ..., and please report it")
        return UNEXPECTED
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
