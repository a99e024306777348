"""Absences that guardians announce."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class RequestAbsence(CallbackData, prefix="arq"):
    """«Не придёт в школу»."""

    pupil_id: Id


class ShowAbsenceRequests(CallbackData, prefix="arl"):
    """A child's announced absences and what became of them."""

    pupil_id: Id
    page: int
