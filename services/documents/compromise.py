"""Notice of compromised credentials to the director (U5; K, appendix 1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from services.access.compromise import CompromiseView
from services.documents.typesetting import pdf


def compromise_pdf(view: CompromiseView, words_of: Callable[[str], str]) -> bytes:
    """The form with the operations in doubt, oldest first. `words_of`: an action in words."""
    report = view.report
    zone = ZoneInfo(report.timezone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"

    return pdf(
        "compromise",
        {
            "school": report.school,
            "number": report.report_id,
            "person": " ".join(filter(None, (report.last_name, report.first_name, report.middle_name))),
            "detected_at": local(report.detected_at),
            "reported_at": local(report.reported_at),
            "received_at": report.received_at and local(report.received_at),
            "operations": [
                {"at": local(operation.at), "what": words_of(operation.action), "pupil": operation.pupil}
                for operation in reversed(view.operations)
            ],
            "left_out": view.operations_in_all - len(view.operations),
        },
    )
