"""Canned texts: to take, to keep, to remove."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_drafts import RemoveTemplate, SaveTemplate, ShowTemplates, UseTemplate
from handlers.class_teacher.broadcast_draft import show_draft
from handlers.screens import Screens
from handlers.texts.broadcast_templates import removed_toast, saved_toast, templates_screen
from services.actor import Actor
from services.broadcasts.composing import ComposeService
from services.broadcasts.templates import TemplateService, may_keep_for_school

router = Router(name="class_teacher.broadcast_templates")


@router.callback_query(ShowTemplates.filter())
@router.callback_query(SaveTemplate.filter())
@router.callback_query(RemoveTemplate.filter())
async def show(
    callback: CallbackQuery,
    callback_data: ShowTemplates | SaveTemplate | RemoveTemplate,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    broadcast_templates: TemplateService,
) -> None:
    broadcast_id, page, said = callback_data.broadcast_id, 0, None
    match callback_data:
        case ShowTemplates(page=page):
            pass
        case SaveTemplate(shared=shared):
            kept = await broadcast_templates.save(actor=actor, broadcast_id=broadcast_id, shared=shared)
            said = saved_toast(kept.title)
        case RemoveTemplate(template_id=template_id):
            await broadcast_templates.remove(actor=actor, broadcast_id=broadcast_id, template_id=template_id)
            said = removed_toast()
    await callback.answer(said)
    form = await broadcast_drafts.form(actor=actor, broadcast_id=broadcast_id)
    texts = await broadcast_templates.list(actor=actor)
    await screens.show(callback, templates_screen(form, texts, page, shares=may_keep_for_school(actor)))


@router.callback_query(UseTemplate.filter())
async def use(
    callback: CallbackQuery,
    callback_data: UseTemplate,
    actor: Actor,
    screens: Screens,
    broadcast_templates: TemplateService,
    state: FSMContext,
) -> None:
    form = await broadcast_templates.use(
        actor=actor, broadcast_id=callback_data.broadcast_id, template_id=callback_data.template_id
    )
    await callback.answer()
    await show_draft(callback, form, actor, screens, state)
