"""Published documents: everybody concerned opens them, the administrator and deputies keep them (U13)."""

from __future__ import annotations

from pathlib import PurePath

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.events import (
    ChooseWithdrawal,
    OpenDocument,
    PublishDocument,
    PublishFor,
    ShowDocuments,
    WithdrawDocument,
)
from handlers.files import received_file, send_files
from handlers.screens import Screens
from handlers.texts.documents import (
    documents_screen,
    no_file_screen,
    published_toast,
    send_document_screen,
    whom_for_screen,
    withdrawals_screen,
    withdrawn_toast,
)
from services.actor import Actor
from services.errors import InvalidInput, NotFound
from services.files import FileService
from services.published import PublishedDocumentService
from services.typed import typed_line

router = Router(name="common.documents")


class Publishing(StatesGroup):
    """A file is awaited, then whom it is for; the data holds its title."""

    file = State()
    readers = State()


@router.callback_query(ShowDocuments.filter())
async def show_documents(
    callback: CallbackQuery,
    callback_data: ShowDocuments,
    actor: Actor,
    screens: Screens,
    published: PublishedDocumentService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, documents_screen(await published.all(actor=actor), callback_data.page))


@router.callback_query(OpenDocument.filter())
async def open_document(
    callback: CallbackQuery,
    callback_data: OpenDocument,
    actor: Actor,
    bot: Bot,
    published: PublishedDocumentService,
    files: FileService,
) -> None:
    await callback.answer()
    _, file = await published.open(actor=actor, document_id=callback_data.document_id)
    await send_files(bot, callback.from_user.id, [file], files)


@router.callback_query(PublishDocument.filter())
async def ask_for_file(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    published: PublishedDocumentService,
    state: FSMContext,
) -> None:
    await callback.answer()
    if not (await published.all(actor=actor)).may_publish:
        raise NotFound
    await state.set_state(Publishing.file)
    await screens.show(callback, send_document_screen())


@router.message(StateFilter(Publishing.file))
async def file_sent(
    message: Message, actor: Actor, bot: Bot, screens: Screens, files: FileService, state: FSMContext
) -> None:
    file = await received_file(message, bot, actor, files)
    if file is None:
        await screens.show(message, no_file_screen())
        return
    title = typed_line(message.caption or PurePath(file.name).stem)
    await state.set_data({"file_id": file.file_id, "title": title})
    await state.set_state(Publishing.readers)
    await screens.show(message, whom_for_screen(title, file.file_id))


@router.callback_query(PublishFor.filter())
async def publish(
    callback: CallbackQuery,
    callback_data: PublishFor,
    actor: Actor,
    screens: Screens,
    published: PublishedDocumentService,
    state: FSMContext,
) -> None:
    data = await state.get_data()
    if data.get("file_id") != callback_data.file_id:  # the button outlived its conversation
        raise InvalidInput(problem="document_gone")
    documents = await published.publish(
        actor=actor,
        file_id=callback_data.file_id,
        title=data["title"],
        for_families=callback_data.for_families,
    )
    await state.clear()
    await callback.answer(published_toast())
    await screens.show(callback, documents_screen(documents, 0))


@router.callback_query(ChooseWithdrawal.filter())
async def choose_withdrawal(
    callback: CallbackQuery, actor: Actor, screens: Screens, published: PublishedDocumentService
) -> None:
    await callback.answer()
    documents = await published.all(actor=actor)
    if not documents.may_publish:
        raise NotFound
    await screens.show(callback, withdrawals_screen(documents))


@router.callback_query(WithdrawDocument.filter())
async def withdraw(
    callback: CallbackQuery,
    callback_data: WithdrawDocument,
    actor: Actor,
    screens: Screens,
    published: PublishedDocumentService,
) -> None:
    documents = await published.withdraw(actor=actor, document_id=callback_data.document_id)
    await callback.answer(withdrawn_toast())
    await screens.show(callback, documents_screen(documents, 0))
