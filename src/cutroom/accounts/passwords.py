"""Passwords: hashed slowly, a few at a time, and as slowly for a name that does not exist."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from cutroom.core.errors import InvalidInput

#: Length is what helps against guessing (NIST SP 800-63B-4, 3.1.1.2); rules about kinds of letters do not.
SHORTEST = 10
LONGEST_BYTES = 1024
#: Some hours, for whoever has stolen the hashes and can try some thousand a second.
_FEWEST_GUESSES = 1e8
_LOOKED_AT = 40
_WORD = re.compile(r"\w{3,}")
#: What everybody would try here first.
_HOUSE = ("cutroom", "studio", "recording", "video")
#: Argon2id with 19 MiB, two passes, one lane: OWASP's password storage cheat sheet.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
#: However many sign in at once, this many hashes are in memory.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")


async def check_password(password: str, *about: str | None) -> None:
    """Refuse a password that would be guessed.

    Args:
        about: What others know of the person, such as name and mail address: with it nothing is hard to guess.

    Raises:
        InvalidInput: If it is too short, too long, or made of frequent passwords, words and patterns.

    Source: NIST SP 800-63B-4, section 3.1.1.2, for what is compared; Wheeler 2016, "zxcvbn", for how.
    """
    if len(password) < SHORTEST:
        raise InvalidInput(f"The password has {len(password)} characters: take at least {SHORTEST}.")
    if len(_normal(password).encode()) > LONGEST_BYTES:
        raise InvalidInput(f"The password is longer than {LONGEST_BYTES} bytes: take a shorter one.")
    known = [*_HOUSE, *(each for each in about if each)]
    if await asyncio.get_running_loop().run_in_executor(_THREADS, _guesses, password, known) < _FEWEST_GUESSES:
        raise InvalidInput(
            "The password is easy to guess: take a few words that do not belong together, and nothing that others "
            "know of you."
        )


def _guesses(password: str, known: list[str]) -> float:
    from zxcvbn import zxcvbn  # it takes a while to load, which no command should wait for

    words = [word for text in known for word in (text, *_WORD.findall(text))]
    # What comes further behind only makes it harder, and takes longer.
    return float(zxcvbn(_normal(password)[:_LOOKED_AT], user_inputs=words)["guesses"])


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
