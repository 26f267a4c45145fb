"""Passwords: hashed slowly, a few at a time, and as slowly for a name that does not exist."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from cutroom.core.errors import InvalidInput

#: Length is what helps against guessing (NIST SP 800-63B, 5.1.1.2); rules about kinds of letters are not.
SHORTEST = 10
LONGEST_BYTES = 1024
_FEWEST_LETTERS = 4
#: Argon2id with 19 MiB, two passes, one lane: OWASP's password storage cheat sheet.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
#: However many sign in at once, this many hashes are in memory.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")


def check_password(password: str, name: str) -> None:
    """Refuse a password that would be guessed.

    Raises:
        InvalidInput: If it is too short, too long, the name itself or a few letters over and over.
    """
    if len(password) < SHORTEST:
        raise InvalidInput(f"The password has {len(password)} characters: take at least {SHORTEST}.")
    if len(_normal(password).encode()) > LONGEST_BYTES:
        raise InvalidInput(f"The password is longer than {LONGEST_BYTES} bytes: take a shorter one.")
    if password.casefold().strip() == name.casefold().strip() or len(set(password)) < _FEWEST_LETTERS:
        raise InvalidInput(
            "The password is easy to guess: take one that is not your name, with more different letters."
        )


async def hash_password(password: str) -> str:
    """Give what is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _normal(password))


async def password_fits(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one whose hash was kept; takes as long when there is none."""
    if len(password) > LONGEST_BYTES:
        return False
    fits = await asyncio.get_running_loop().run_in_executor(_THREADS, _fits, _normal(password), kept)
    return fits and kept is not None


def _fits(password: str, kept: str | None) -> bool:
    return _HASHER.verify(password, kept or _nobodys())


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    # The same letters come in several codings, by the keyboard.
    return unicodedata.normalize("NFKC", password)
