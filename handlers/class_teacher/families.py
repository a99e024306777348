"""The class teacher's families: who is in, who waits, whose consent is missing (U2, U3)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.callbacks.consents import RecordConsent, RecordWithdrawal
from handlers.callbacks.families import (
    FilterFamilies,
    PrintInvitations,
    RecordPaper,
    ShowFamilies,
    ShowFamily,
    ShowMember,
    ShowPaperConsents,
)
from handlers.screens import Screens
from handlers.texts.cards import member_screen
from handlers.texts.consents import given_toast, withdrawn_toast
from handlers.texts.families import families_screen, family_screen
from handlers.texts.family_papers import nobody_to_invite_toast, paper_consents_screen, sheets_screen
from services.access.class_invitations import ClassInvitationService
from services.access.consents import ConsentService
from services.access.families import FamilyService
from services.actor import Actor
from services.documents.notices import notice_sheets_pdf
from services.documents.papers import PaperService

router = Router(name="class_teacher.families")


@router.callback_query(ShowFamilies.filter())
async def show_families(
    callback: CallbackQuery,
    callback_data: ShowFamilies,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    await screens.show(
        callback, families_screen(await families.of_group(actor=actor, group_id=callback_data.group_id))
    )


@router.callback_query(FilterFamilies.filter())
async def filter_families(
    callback: CallbackQuery,
    callback_data: FilterFamilies,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    view = await families.of_group(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, families_screen(view, callback_data.shown))


@router.callback_query(PrintInvitations.filter())
async def print_invitations(
    callback: CallbackQuery,
    callback_data: PrintInvitations,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    class_invitations: ClassInvitationService,
    papers: PaperService,
) -> None:
    rows = await class_invitations.sheets(actor=actor, group_id=callback_data.group_id)
    if not rows:
        await callback.answer(nobody_to_invite_toast(), show_alert=True)
        return
    await callback.answer()
    content = await papers.make(
        actor, ("group", callback_data.group_id), notice_sheets_pdf, rows, (await bot.me()).username
    )
    await screens.show(callback, sheets_screen(rows[0].group, len({row.person_id for row in rows}), content))


@router.callback_query(ShowPaperConsents.filter())
async def show_paper_consents(
    callback: CallbackQuery,
    callback_data: ShowPaperConsents,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    view = await families.of_group(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, paper_consents_screen(view, callback_data.page))


@router.callback_query(RecordPaper.filter())
async def record_paper(
    callback: CallbackQuery,
    callback_data: RecordPaper,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
    consents: ConsentService,
) -> None:
    await consents.record_paper(
        actor=actor, person_id=callback_data.person_id, pupil_id=callback_data.pupil_id
    )
    await callback.answer(given_toast())
    view = await families.of_group(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, paper_consents_screen(view, callback_data.page))


@router.callback_query(ShowFamily.filter())
async def show_family(
    callback: CallbackQuery,
    callback_data: ShowFamily,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    family = await families.of_pupil(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, family_screen(family))


@router.callback_query(ShowMember.filter())
async def show_member(
    callback: CallbackQuery,
    callback_data: ShowMember,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    await _show(callback, actor, screens, families, callback_data.pupil_id, callback_data.person_id)


@router.callback_query(RecordConsent.filter())
async def record_consent(
    callback: CallbackQuery,
    callback_data: RecordConsent,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
    consents: ConsentService,
) -> None:
    pupil_id, person_id = callback_data.pupil_id, callback_data.person_id
    await consents.record_paper(actor=actor, person_id=person_id, pupil_id=pupil_id)
    await callback.answer(given_toast())
    await _show(callback, actor, screens, families, pupil_id, person_id)


@router.callback_query(RecordWithdrawal.filter())
async def record_withdrawal(
    callback: CallbackQuery,
    callback_data: RecordWithdrawal,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
    consents: ConsentService,
) -> None:
    pupil_id, person_id = callback_data.pupil_id, callback_data.person_id
    await consents.record_withdrawal(actor=actor, person_id=person_id, pupil_id=pupil_id)
    await callback.answer(withdrawn_toast())
    await _show(callback, actor, screens, families, pupil_id, person_id)


async def _show(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
    pupil_id: int,
    person_id: int,
) -> None:
    card = await families.member(actor=actor, pupil_id=pupil_id, person_id=person_id)
    await screens.show(callback, member_screen(card, actor.zone))
