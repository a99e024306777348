"""State as the chat page reads it. Text goes with its entities and never as markup."""

from dataclasses import asdict
from typing import Any

from sandbox.people import Person, TourStep
from sandbox.state import Chat, Message, StoredFile

PREVIEW = 80


def person_view(person: Person, chat: Chat | None) -> dict[str, Any]:
    messages = chat.visible() if chat else []
    last = messages[-1] if messages else None
    return asdict(person) | {
        "started": bool(chat and chat.started),
        "blocked": bool(chat and chat.blocked),
        "version": max((message.version for message in messages if message.outgoing), default=0),
        "preview": _preview(last) if last else "",
    }


def step_view(step: TourStep) -> dict[str, Any]:
    moment = step.moment.isoformat() if step.moment else None
    return asdict(step) | {"photo": step.photo is not None, "moment": moment}


def chat_view(chat: Chat) -> dict[str, Any]:
    return {
        "user_id": chat.user.user_id,
        "started": chat.started,
        "blocked": chat.blocked,
        "messages": [message_view(message) for message in chat.visible()],
    }


def message_view(message: Message) -> dict[str, Any]:
    reply = message.reply_to
    return {
        "id": message.message_id,
        "version": message.version,
        "from_bot": message.outgoing,
        "date": message.date,
        "edited": message.edit_date is not None,
        "deleted": message.deleted,
        "pinned": message.chat.pinned is message,
        "forwarded": message.forward_origin is not None,
        "text": message.text,
        "entities": message.content.entities,
        "buttons": [
            [{"text": button.text, "url": button.url, "press": button.data is not None} for button in row]
            for row in message.buttons
        ],
        "photo": _file(message.photo),
        "document": _file(message.document),
        "contact": message.contact.phone_number if message.contact else None,
        "reply_to": {"id": reply.message_id, "preview": message.quote or _preview(reply)} if reply else None,
        "preview": _preview(message),
    }


def _file(file: StoredFile | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {
        "url": f"/page/files/{file.file_id}",
        "name": file.name,
        "size": len(file.data),
        "width": file.width,
        "height": file.height,
    }


def _preview(message: Message) -> str:
    line = " ".join(message.text.split())
    if len(line) > PREVIEW:
        line = line[: PREVIEW - 1] + "…"
    if message.photo:
        return f"🖼 {line or 'Фото'}"
    if message.document:
        return f"📄 {line or message.document.name}"
    return line or ("👤 Контакт" if message.contact else "")
