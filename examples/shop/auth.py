"""Passwords and tokens."""

import hashlib
import secrets

ROUNDS = 600_000
USERS = {"ida": (b"salt", "d3b8")}


def verify(name: str, password: str) -> bool:
    salt, expected = USERS[name]
    found = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return secrets.compare_digest(found.hex(), expected)


def token(name: str) -> str:
    return f"{name}-{secrets.token_hex(8)}"
