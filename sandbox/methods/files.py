"""Downloads: getFile gives a path, the path gives the bytes."""

from typing import Any

from sandbox.errors import bad_request
from sandbox.methods.call import Call

MAX_DOWNLOAD = 20 << 20


async def get_file(call: Call) -> Any:
    file_id = call.args.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.state.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": stored.path,
    }
