"""The keys that secrets are sealed with; they are never in the database."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cutroom.accounts.vault.errors import SecretSealed
from cutroom.core.errors import InvalidInput
from cutroom.core.files import made_once, write_private
from cutroom.core.settings import Settings

_KEY_BYTES = 32
#: NIST SP 800-38D, 8.2: the size that a random nonce has.
_NONCE_BYTES = 12
_SETTING = "CUTROOM_ENCRYPTION_KEYS"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key and the name that rows know it by."""

    id: str
    secret: bytes


class Keyring:
    """The key in use and older ones that still open what they sealed.

    Where the keys are in a file, a key that was added there is found by every process at its next use.
    """

    def __init__(self, keys: Sequence[Key] = (), file: Path | None = None) -> None:
        self._keys = tuple(keys)
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        # A reader may still hold a row that was sealed anew a moment ago, with a key that has been removed since.
        self._known = {key.id: key for key in keys}

    @property
    def file(self) -> Path | None:
        """Where the keys are; ``None`` when the environment has them."""
        return self._file

    def held(self) -> tuple[Key, ...]:
        """List the keys, the one in use first; empty before the first secret was sealed."""
        if self._file is not None:
            try:
                found = self._file.stat()
            except FileNotFoundError:
                return ()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._keys, self._seen = _parse(self._file.read_text().split(), str(self._file)), seen
                self._known.update({key.id: key for key in self._keys})
        return self._keys

    def current(self) -> Key:
        """Give the key that seals from now on; the first is made when it is needed."""
        found = self.held()
        if not found and self._file is not None:
            made_once(self._file, lambda: _new_line() + "\n")
            found = self.held()
        return found[0]

    def seal(self, name: str, value: str) -> tuple[str, str]:
        """Seal a secret so that it opens under its own name alone.

        Returns:
            The key's id, and nonce and ciphertext in base 64.
        """
        key, nonce = self.current(), secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(key.secret).encrypt(nonce, value.encode(), _bound(key.id, name))
        return key.id, base64.b64encode(sealed).decode()

    def open(self, name: str, key_id: str, sealed: str) -> str:
        """Open a secret.

        Raises:
            SecretSealed: If its key is not here, or this is not what was sealed under this name.
        """
        self.held()
        key = self._known.get(key_id)
        if key is None:
            raise SecretSealed(
                f"The secret '{name}' is sealed with the key {key_id}, which is not here: put that key back into "
                f"{self._file or _SETTING}, or set the secret anew."
            )
        content = base64.b64decode(sealed)
        nonce, ciphertext = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
        try:
            return AESGCM(key.secret).decrypt(nonce, ciphertext, _bound(key_id, name)).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretSealed(
                f"The secret '{name}' is not the one that was sealed under this name: its row was changed by other "
                "means than Cutroom. Set the secret anew."
            ) from error

    def add_key(self) -> Key:
        """Put a new key before the others.

        Raises:
            InvalidInput: If the environment has the keys.
        """
        with self._changing() as file:
            known = file.read_text().split() if file.exists() else []
            write_private(file, "\n".join([_new_line(), *known]) + "\n")
        return self.current()

    def forget_keys(self) -> int:
        """Remove every key but the one in use, and count them.

        Raises:
            InvalidInput: If the environment has the keys.
        """
        with self._changing() as file:
            known = file.read_text().split()
            write_private(file, known[0] + "\n")
        return len(known) - 1

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Path]:
        if self._file is None:
            raise InvalidInput(f"The keys stand in {_SETTING}: change them there, on every machine.")
        descriptor = os.open(self._file.with_name(f".{self._file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield self._file
        finally:
            os.close(descriptor)


def open_keyring(settings: Settings) -> Keyring:
    """Give the keys of the environment, or of the file ``encryption.keys`` in the data folder.

    Raises:
        InvalidInput: If the environment's are no such keys.
    """
    if settings.encryption_keys is None:
        return Keyring(file=settings.data_dir.absolute() / "encryption.keys")
    texts = [each.strip() for each in settings.encryption_keys.get_secret_value().split(",")]
    return Keyring(_parse([each for each in texts if each], _SETTING))


def _parse(texts: Sequence[str], where: str) -> tuple[Key, ...]:
    keys = []
    for number, text in enumerate(texts, 1):
        try:
            secret = base64.b64decode(text, altchars=b"-_" if {"-", "_"} & set(text) else None, validate=True)
        except ValueError:
            secret = b""
        if len(secret) != _KEY_BYTES:
            raise InvalidInput(
                f"Key {number} of {where} is not {_KEY_BYTES} bytes in base 64: 'openssl rand -base64 32' makes one."
            )
        keys.append(Key(hashlib.sha256(secret).hexdigest()[:16], secret))
    if not keys:
        raise InvalidInput(f"{where} names no key: put one there, or take it away.")
    return tuple(keys)


def _new_line() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def _bound(key_id: str, name: str) -> bytes:
    return f"{key_id}\0{name}".encode()
