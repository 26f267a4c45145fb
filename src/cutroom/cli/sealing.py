"""What ``cutroom secrets`` does."""

from __future__ import annotations

import json

import typer

from cutroom.accounts.vault.errors import SecretSealed
from cutroom.accounts.vault.keyring import Keyring, open_keyring
from cutroom.accounts.vault.rotation import Rotated, count_by_key, reseal
from cutroom.cli.upkeep import with_engine
from cutroom.core.text import one_line
from cutroom.jobs.execution import Engine


def show_keys(*, as_json: bool) -> None:
    """Tell which keys there are, and how many secrets each one seals."""

    async def look(engine: Engine) -> tuple[Keyring, dict[str, int]]:
        async with engine.database.reading() as session:
            return open_keyring(engine.settings), await count_by_key(session)

    keyring, counts = with_engine(look)
    known = [key.id for key in keyring.held()]
    lost = [key_id for key_id in counts if key_id not in known]
    if as_json:
        keys = [{"id": each, "here": each in known, "secrets": counts.get(each, 0)} for each in [*known, *lost]]
        typer.echo(json.dumps({"place": _place(keyring), "keys": keys}, indent=1))
    else:
        typer.echo(one_line(f"keys in {_place(keyring)}"))
        for number, key_id in enumerate(known):
            role = "in use" if number == 0 else "older"
            typer.echo(f"{key_id}  {role:7}  {_secrets(counts.get(key_id, 0))}")
        for key_id in lost:
            typer.echo(f"{key_id}  missing  {_secrets(counts[key_id])}")
    if lost:
        raise SecretSealed(f"The key {lost[0]} is not here: put it back, or set anew what it sealed.")


def rotate_keys(*, forget: bool) -> None:
    """Seal every secret with a new key, or with the first one of the environment."""

    async def rotate(engine: Engine) -> tuple[Keyring, Rotated]:
        keyring = open_keyring(engine.settings)
        if keyring.file is not None:
            keyring.add_key()
        return keyring, await reseal(engine.database, keyring)

    keyring, done = with_engine(rotate)
    typer.echo(f"{_secrets(done.resealed)} sealed anew; the key in use is {done.key_id}.")
    if done.unreadable:
        raise SecretSealed(
            f"Nothing here opens {one_line(', '.join(done.unreadable[:5]))}"
            f"{' and others' if len(done.unreadable) > 5 else ''}: put their keys back, or set them anew."
        )
    older = [key.id for key in keyring.held()[1:]]
    if older and forget:
        typer.echo(f"{keyring.forget_keys()} older keys were removed: a backup from before today needs them.")
    elif older:
        typer.echo(
            f"No secret is sealed with {', '.join(older)} any more: remove it from {_place(keyring)}"
            f"{' (--forget does it)' if keyring.file else ''} when no older backup is to be restored."
        )


def _place(keyring: Keyring) -> str:
    return str(keyring.file or "CUTROOM_ENCRYPTION_KEYS")


def _secrets(count: int) -> str:
    return f"{count:,} {'secret' if count == 1 else 'secrets'}"
