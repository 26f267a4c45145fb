"""A page that runs nothing: what the way to an identity provider says in a browser."""

from __future__ import annotations

import base64
import hashlib

from fastapi import Response
from fastapi.responses import HTMLResponse

_STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem;color:#1b1e24;"
    "background:#fbfbfa}label{display:block;margin:1rem 0 .2rem}input{font:inherit;padding:.5rem;width:100%;"
    "box-sizing:border-box;border:1px solid #8a8f98;border-radius:.4rem}button{font:inherit;margin-top:1.4rem;"
    "padding:.55rem 1.2rem;border:0;border-radius:.4rem;background:#1f5fbf;color:#fff}.wrong{color:#a11717}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e6;background:#17191d}input{background:#22252b;color:inherit}"
    "a{color:#8ab4f8}.wrong{color:#ff9d9d}}"
)
#: Only this style sheet, known by its hash: nothing else runs or loads here.
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}


def page(body: str, status: int = 200) -> Response:
    """Give a page that runs nothing."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cutroom</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )
    return HTMLResponse(text, status, headers=_HEADERS)
