"""Families, staff and their invitations (U2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.access.families import FamiliesShown


class ShowClasses(CallbackData, prefix="fac"):
    """Classes whose families the administrator may open."""


class ShowFamilies(CallbackData, prefix="fam"):
    """«Приглашения и согласия» of a class."""

    group_id: Id


class ShowFamily(CallbackData, prefix="fml"):
    pupil_id: Id


class ShowMember(CallbackData, prefix="fmm"):
    """A pupil or a guardian in a family."""

    pupil_id: Id
    person_id: Id


class ShowStaff(CallbackData, prefix="stf"):
    page: int


class ShowStaffMember(CallbackData, prefix="stm"):
    person_id: Id


class ShowCode(CallbackData, prefix="inv"):
    """«Показать код»."""

    person_id: Id


class ReissueCode(CallbackData, prefix="inr"):
    person_id: Id


class RevokeCode(CallbackData, prefix="inx"):
    person_id: Id


class ConfirmBinding(CallbackData, prefix="bnd"):
    binding_id: Id


class DeclineBinding(CallbackData, prefix="bnx"):
    binding_id: Id


class ShowWaiting(CallbackData, prefix="bnv"):
    """«Показать»: who asks to be let in, where a message must not say it."""

    binding_id: Id


class ShowMisused(CallbackData, prefix="inm"):
    """«Показать»: whose invitation is misused, where a message must not say it."""

    invitation_id: Id


class FilterFamilies(CallbackData, prefix="faf"):
    """The families of a class that fit: all, not in the bot, without consent, silent."""

    group_id: Id
    shown: FamiliesShown


class PrintInvitations(CallbackData, prefix="inp"):
    """The class's invitations on sheets to cut."""

    group_id: Id


class ShowPaperConsents(CallbackData, prefix="pcl"):
    """«Согласия на бумаге»: everybody of a class without one."""

    group_id: Id
    page: int


class RecordPaper(CallbackData, prefix="pcr"):
    """The paper of one person is here; the list stays open for the next one."""

    group_id: Id
    pupil_id: Id
    person_id: Id
    page: int
