"""The printed notice of an invitation (K, appendix 2): a page for every person, or four on a sheet to cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from services.access.invitations import deep_link
from services.access.roster import RosterInvitation
from services.documents.qr import qr_svg
from services.documents.typesetting import pdf


def notices_pdf(rows: Sequence[RosterInvitation], bot_username: str | None) -> bytes:
    """Rows of one person share a page. Without `bot_username` the pages have the code and no link."""
    return pdf("notice", _data(rows, bot_username) | {"to_cut": False})


def notice_sheets_pdf(rows: Sequence[RosterInvitation], bot_username: str | None) -> bytes:
    """The same notices, smaller, four on every sheet of A4 with lines to cut along."""
    return pdf("notice", _data(rows, bot_username) | {"to_cut": True})


def _data(rows: Sequence[RosterInvitation], bot_username: str | None) -> dict[str, Any]:
    by_person = sorted(rows, key=lambda row: row.person_id)
    pages = {
        person_id: _page(list(group), bot_username)
        for person_id, group in groupby(by_person, key=lambda row: row.person_id)
    }
    order = dict.fromkeys(row.person_id for row in rows)
    return {"bot": bot_username, "people": [pages[person_id] for person_id in order]}


def _page(rows: Sequence[RosterInvitation], bot_username: str | None) -> dict[str, object]:
    first = rows[0]
    return {
        "school": first.school,
        "full_name": first.full_name,
        "roles": [{"role": row.role, "group": row.group, "pupil": row.pupil} for row in rows],
        "code": first.code,
        "qr": qr_svg(deep_link(bot_username, first.payload)) if bot_username else None,
        "expires_on": f"{first.expires_at:%d.%m.%Y}",
    }
