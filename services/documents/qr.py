"""QR codes of invitation links."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_png(link: str) -> bytes:
    """For a phone's screen: large dots, a wide quiet zone."""
    picture = BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()


def qr_svg(link: str) -> str:
    """For print."""
    return segno.make_qr(link, error="m").svg_inline(scale=4, border=0)
