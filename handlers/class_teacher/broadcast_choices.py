"""What a broadcast wants back, when it leaves, whether it is urgent."""

from __future__ import annotations

from datetime import datetime, time

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.broadcast_drafts import (
    ChooseReply,
    ChooseReplyBy,
    ChooseTime,
    SetReply,
    SetReplyBy,
    SetTime,
    SetUrgent,
    TypeOptions,
    TypeTime,
)
from handlers.class_teacher.broadcast_draft import show_draft
from handlers.class_teacher.broadcast_steps import Composing, Step, await_next, step_in, still_composing
from handlers.days import day_of, moment_of
from handlers.screens import Screens
from handlers.texts.broadcast_choices import (
    LEAVING_HOUR,
    REPLY_HOUR,
    leaving_screen,
    not_a_moment_screen,
    reply_by_screen,
    reply_screen,
    type_moment_screen,
    type_options_screen,
    usual_options,
)
from handlers.texts.broadcast_draft import draft_screen, no_broadcast_here_screen
from services.actor import Actor
from services.broadcasts.composing import ComposeService
from services.clock import Clock
from services.errors import NotFound
from services.typed_times import typed_moment
from services.vocabulary import BroadcastReply

router = Router(name="class_teacher.broadcast_choices")

_KINDS = {"n": BroadcastReply.NONE, "a": BroadcastReply.ACKNOWLEDGE, "c": BroadcastReply.CHOICE}


@router.callback_query(ChooseReply.filter())
@router.callback_query(ChooseReplyBy.filter())
@router.callback_query(ChooseTime.filter())
async def choose(
    callback: CallbackQuery,
    callback_data: ChooseReply | ChooseReplyBy | ChooseTime,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
) -> None:
    await callback.answer()
    form = await broadcast_drafts.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    match callback_data:
        case ChooseReply():
            screen = reply_screen(form, actor.zone)
        case ChooseReplyBy():
            screen = reply_by_screen(form, actor.zone)
        case ChooseTime():
            screen = leaving_screen(form, actor.zone)
    await screens.show(callback, screen)


@router.callback_query(SetReply.filter())
async def set_reply(
    callback: CallbackQuery,
    callback_data: SetReply,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    if callback_data.kind not in _KINDS:
        raise NotFound
    reply = _KINDS[callback_data.kind]
    form = await broadcast_drafts.set_reply(
        actor=actor, broadcast_id=callback_data.broadcast_id, reply=reply, options=usual_options()
    )
    await callback.answer()
    if reply is BroadcastReply.NONE:
        await show_draft(callback, form, actor, screens, state)
    else:
        await screens.show(callback, reply_by_screen(form, actor.zone))


@router.callback_query(SetReplyBy.filter())
@router.callback_query(SetTime.filter())
@router.callback_query(SetUrgent.filter())
async def set_one(
    callback: CallbackQuery,
    callback_data: SetReplyBy | SetTime | SetUrgent,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    broadcast_id = callback_data.broadcast_id
    match callback_data:
        case SetReplyBy(day=day):
            moment = datetime.combine(day_of(day), time(REPLY_HOUR), actor.zone) if day else None
            form = await broadcast_drafts.set_reply_by(actor=actor, broadcast_id=broadcast_id, moment=moment)
        case SetTime(minute=minute):
            form = await broadcast_drafts.set_leaving(
                actor=actor, broadcast_id=broadcast_id, moment=moment_of(minute)
            )
        case SetUrgent(urgent=urgent):
            form = await broadcast_drafts.set_urgent(actor=actor, broadcast_id=broadcast_id, urgent=urgent)
    await callback.answer()
    await show_draft(callback, form, actor, screens, state)


@router.callback_query(TypeOptions.filter())
@router.callback_query(TypeTime.filter())
async def ask(
    callback: CallbackQuery,
    callback_data: TypeOptions | TypeTime,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    await callback.answer()
    form = await broadcast_drafts.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    step = Step(broadcast_id=form.draft.broadcast_id)
    match callback_data:
        case TypeOptions():
            await await_next(state, Composing.options, step)
            screen = type_options_screen(form)
        case TypeTime(what=what):
            await await_next(state, Composing.leaving if what == "l" else Composing.reply_by, step)
            screen = type_moment_screen(form, actor.zone)
    await screens.show(callback, screen)


@router.message(StateFilter(Composing.options))
async def options_typed(
    message: Message, actor: Actor, screens: Screens, broadcast_drafts: ComposeService, state: FSMContext
) -> None:
    step = await step_in(state)
    if step is None:
        await screens.show(message, no_broadcast_here_screen(None))
        return
    async with still_composing(state):
        form = await broadcast_drafts.set_reply(
            actor=actor,
            broadcast_id=step.broadcast_id,
            reply=BroadcastReply.CHOICE,
            options=(message.text or "").splitlines(),
        )
    await await_next(state, Composing.text, Step(broadcast_id=step.broadcast_id))
    await screens.show(message, reply_by_screen(form, actor.zone))


@router.message(StateFilter(Composing.leaving, Composing.reply_by))
async def moment_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    clock: Clock,
    state: FSMContext,
) -> None:
    step = await step_in(state)
    if step is None:
        await screens.show(message, no_broadcast_here_screen(None))
        return
    leaves = await state.get_state() == Composing.leaving.state
    local_now = clock.now().astimezone(actor.zone)
    moment = typed_moment(message.text or "", local_now, hour=LEAVING_HOUR if leaves else REPLY_HOUR)
    if moment is None:
        await screens.show(message, not_a_moment_screen(step.broadcast_id, local_now))
        return
    put = broadcast_drafts.set_leaving if leaves else broadcast_drafts.set_reply_by
    async with still_composing(state):
        form = await put(actor=actor, broadcast_id=step.broadcast_id, moment=moment)
    sent = await screens.send(message.chat.id, draft_screen(form, actor.zone))
    await await_next(state, Composing.text, Step(broadcast_id=step.broadcast_id, shown_in=sent.message_id))
