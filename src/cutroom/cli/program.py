"""Run a command: every failure that we can explain ends in one sentence and its own exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import typer
from pydantic import ValidationError

from cutroom.cli import (
    audit,
    bench,
    captions,
    db,
    demo,
    doctor,
    edits,
    highlights,
    library,
    runs,
    secrets,
    server,
    users,
)
from cutroom.cli.root import app
from cutroom.core.errors import CutroomError, InvalidInput, OutputFailed
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line

#: Importing them is what joins the commands to the root.
COMMANDS = (highlights, demo, captions, server, runs, library, edits, db, users, secrets, audit, doctor, bench)

#: What sysexits calls an internal software error.
FAULT = 70


def run(arguments: Sequence[str]) -> int:
    """Run one command; a failure is one sentence on standard error.

    Returns:
        The exit code; ``docs/reference/commands.md`` lists them.
    """
    try:
        _read_settings()
        code: int = app(list(arguments), prog_name="cutroom", standalone_mode=False) or 0
        sys.stdout.flush()
    except CutroomError as error:
        return _say(str(error), error.exit_code)
    except typer.TyperException as error:
        return _explain_usage(error)
    except BrokenPipeError:
        return _forget_output()
    except SystemExit as end:
        # Typer's own answer to a reader that went away.
        return _forget_output() if isinstance(end.__context__, BrokenPipeError) else _code(end)
    except (MemoryError, OSError) as error:
        return _say(_explain_limit(error), OutputFailed.exit_code)
    except Exception as error:
        if get_settings().debug:
            raise
        return _say(
            f"this is a fault of Cutroom ({type(error).__name__}: {error}); what was finished is kept. "
            "CUTROOM_DEBUG=1 shows where it happened: please report it.",
            FAULT,
        )
    return code


def _read_settings() -> None:
    try:
        get_settings()
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        name = f"CUTROOM_{'_'.join(map(str, wrong['loc'])).upper()}"
        raise InvalidInput(f"{name} cannot be used as it is set: {wrong['msg']}.") from error


def _explain_usage(error: typer.TyperException) -> int:
    message, context = error.format_message(), getattr(error, "ctx", None)
    if message.startswith("Usage:"):  # no command was given: this is the help
        typer.echo(message, err=True)
        return error.exit_code
    command = context.command_path if context else "cutroom"
    return _say(f"{message.rstrip('.')}: '{command} --help' lists what there is.", error.exit_code)


def _explain_limit(error: MemoryError | OSError) -> str:
    if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
        return "There is not enough memory: close other programs and run it again."
    where = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full{where}: free some space and run it again."
        case errno.EFBIG:
            return f"A file would be larger than files may be here{where}: raise the limit (ulimit -f)."
        case errno.EMFILE | errno.ENFILE:
            return f"More files are open than may be{where}: raise the limit (ulimit -n)."
        case _:
            return f"The system refused: {error.strerror or error}{where}. See to that and run it again."


def _say(sentence: str, code: int) -> int:
    typer.echo(f"cutroom: {one_line(sentence)}", err=True)
    return code


def _forget_output() -> int:
    # Whoever read has what they wanted; Python would complain when it flushes at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _code(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else int(end.code is not None)
