"""The act of reversing what was done under a compromised account (U5; K)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.access.voiding import Entry, Voiding
from services.documents.typesetting import pdf


@dataclass(frozen=True, slots=True)
class ActLine:
    """A record in words: what stood under the compromised account, and what stands again."""

    at: str
    what: str
    before: str
    after: str


def void_act_pdf(
    act: Voiding, line_of: Callable[[Entry, ZoneInfo], ActLine], words_of: Callable[[str], str]
) -> bytes:
    """The act, with places for signatures. `line_of`: a record in words; `words_of`: an action in words."""
    report = act.report
    zone = ZoneInfo(report.timezone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"

    assert act.voided_at is not None
    assert act.voided_by is not None
    by = act.voided_by
    return pdf(
        "void_act",
        {
            "school": report.school,
            "number": report.report_id,
            "person": " ".join(filter(None, (report.last_name, report.first_name, report.middle_name))),
            "detected_at": local(report.detected_at),
            "reported_at": local(report.reported_at),
            "voided_at": local(act.voided_at),
            "voided_by": " ".join(filter(None, (by.last_name, by.first_name, by.middle_name))),
            "reversals": [asdict(line_of(entry, zone)) for entry in act.reversals],
            "left_alone": [asdict(line_of(left.entry, zone)) for left in act.left_alone],
            "others": [{"what": words_of(action), "n": n} for action, n in act.others],
        },
    )
