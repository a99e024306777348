"""A message that somebody sent before they said to whom: kept until they choose."""

from __future__ import annotations

from dataclasses import replace

from aiogram.fsm.context import FSMContext
from pydantic import BaseModel, ConfigDict, ValidationError

from services.importing.text import clean
from services.threads.writing import MAX_FILES, Words, fits


class ThreadDraft(BaseModel):
    """What was written so far. `draft_id` is the number of its last message in the chat, so that a button of
    an earlier question is known."""

    model_config = ConfigDict(frozen=True)

    draft_id: int
    text: str = ""
    file_ids: tuple[int, ...] = ()
    about: str = ""
    pupil_id: int | None = None
    album: str | None = None
    question_id: int | None = None
    """The bot's message that asks to whom."""

    def with_words(self, text: str, message_id: int) -> ThreadDraft:
        """Nothing of what came before is lost, as long as it fits into one message."""
        joined = "\n".join(filter(None, (self.text, clean(text)[0])))
        fitting = joined if fits(joined) else clean(text)[0]
        return self.model_copy(update={"text": fitting, "draft_id": message_id})

    def with_file(self, file_id: int, album: str | None, message_id: int) -> ThreadDraft:
        files = tuple(dict.fromkeys((*self.file_ids, file_id)))[:MAX_FILES]
        return self.model_copy(update={"file_ids": files, "album": album, "draft_id": message_id})

    def words(self) -> Words:
        return Words(inbound_ref=self.draft_id, text=self.text, file_ids=self.file_ids, about=self.about)


class SentAlbum(BaseModel):
    """An album whose first message is in a thread already; the others follow it."""

    model_config = ConfigDict(frozen=True)

    album: str
    message_id: int


async def keep(state: FSMContext, draft: ThreadDraft) -> None:
    await _place(state).set_data(draft.model_dump(mode="json"))


async def kept(state: FSMContext) -> ThreadDraft | None:
    """None: there is none, or one of an older version of the bot."""
    data = await _place(state).get_data()
    try:
        return ThreadDraft.model_validate(data) if data else None
    except ValidationError:
        return None


async def forget(state: FSMContext) -> None:
    await _place(state).set_data({})


async def begin_album(state: FSMContext, album: str | None, message_id: int) -> None:
    """What comes next with this album's number belongs to the message."""
    if album is not None:
        await _album(state).set_data(SentAlbum(album=album, message_id=message_id).model_dump())


async def begun_album(state: FSMContext, album: str | None) -> SentAlbum | None:
    if album is None:
        return None
    data = await _album(state).get_data()
    return SentAlbum.model_validate(data) if data.get("album") == album else None


def _place(state: FSMContext) -> FSMContext:
    """Beside the step that the chat is at, so that neither /start nor a step loses it."""
    return FSMContext(state.storage, replace(state.key, destiny="thread_draft"))


def _album(state: FSMContext) -> FSMContext:
    return FSMContext(state.storage, replace(state.key, destiny="thread_album"))
