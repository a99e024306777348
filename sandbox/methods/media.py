"""Photos and documents: uploaded, attached or sent again by file_id."""

import re
import secrets
from typing import Any, Literal

from sandbox.args import Upload
from sandbox.errors import ApiError, bad_request
from sandbox.images import image_size
from sandbox.methods.call import Call
from sandbox.state import StoredFile
from sandbox.views import message_json

Kind = Literal["photo", "document"]

MAX_PHOTO_BYTES = 10 << 20
MAX_DOCUMENT_BYTES = 50 << 20
MAX_PHOTO_SIDES = 10_000
MAX_ALBUM = 10


async def send_photo(call: Call) -> Any:
    return await _send(call, "photo")


async def send_document(call: Call) -> Any:
    return await _send(call, "document")


async def send_media_group(call: Call) -> Any:
    items = call.args.structure("media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("expected an Array of InputMedia")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = {_kind(item) for item in items}
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat = call.open_chat(messages=0)
    captions = [call.caption(item) for item in items]
    files = [input_media(call, item) for item in items]
    extras = call.extras(chat) | {"markup": None, "media_group_id": str(secrets.randbelow(10**15))}
    call.open_chat(messages=len(items))
    return [
        message_json(call.state.post(chat, caption, outgoing=True, file=file, **extras))
        for caption, file in zip(captions, files, strict=True)
    ]


def input_media(call: Call, item: dict[str, Any]) -> StoredFile:
    """The file of an InputMediaPhoto or InputMediaDocument."""
    return take_file(call, _kind(item), str(item.get("media", "")), None)


def take_file(call: Call, kind: Kind, reference: str, upload: Upload | None) -> StoredFile:
    """The file named by a reference (attach://…, file_id) or sent in the field itself."""
    if reference.startswith("attach://"):
        upload = call.args.uploads.get(reference.removeprefix("attach://"))
        if upload is None:
            raise bad_request("media not found")
    if upload:
        return store_upload(call, kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if re.match(r"https?://", reference):
        raise bad_request("failed to get HTTP URL content")
    known = call.state.files.get(reference)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def store_upload(call: Call, kind: Kind, upload: Upload) -> StoredFile:
    """Keeps an upload. Raises ApiError for an empty or too big file and for a photo that is none."""
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (MAX_PHOTO_BYTES if kind == "photo" else MAX_DOCUMENT_BYTES):
        raise ApiError(413, "Request Entity Too Large")
    size = (0, 0)
    if kind == "photo":
        found = image_size(upload.data)
        if found is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(found) > MAX_PHOTO_SIDES or max(found) > 20 * min(found):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        size = found
    return call.state.store(call.bot, kind, upload.name, upload.mime_type, upload.data, size)


async def _send(call: Call, kind: Kind) -> Any:
    caption = call.caption()
    chat = call.open_chat(messages=0)
    extras = call.extras(chat)
    file = take_file(call, kind, call.args.text(kind), call.args.uploads.get(kind))
    call.open_chat()
    return message_json(call.state.post(chat, caption, outgoing=True, file=file, **extras))


def _kind(item: dict[str, Any]) -> Kind:
    match item.get("type"):
        case "photo":
            return "photo"
        case "document":
            return "document"
        case other:
            raise bad_request(f"can't parse InputMedia: type \"{other}\" can't be used")
