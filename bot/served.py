"""Which bots an installation serves: those of its schools, and the one of ZVONOK_BOT_TOKEN."""

from __future__ import annotations

from bot.config import Settings
from bot.refusal import Refusal
from db.engine import Database
from db.queries.schools import schools
from services.schools import SchoolBot, TokenUnreadable, stored_bots


async def bots_to_serve(db: Database, settings: Settings) -> list[SchoolBot]:
    """ZVONOK_BOT_TOKEN is for the only school that has no bot of its own; it also greets whoever comes while
    there is no school. Raises Refusal when a token cannot be read."""
    stored = await _stored(db, settings)
    if settings.bot_token is None:
        return stored
    bot_id = int(settings.bot_token.get_secret_value().partition(":")[0])
    if any(bot.bot_id == bot_id for bot in stored):
        return stored
    served = {bot.school_id for bot in stored}
    async with db.statement() as session:
        left = [school.id for school in await schools(session) if school.id not in served]
    return [*stored, SchoolBot(left[0] if len(left) == 1 else None, bot_id, settings.bot_token)]


async def _stored(db: Database, settings: Settings) -> list[SchoolBot]:
    try:
        return await stored_bots(db, settings.cipher)
    except TokenUnreadable as unreadable:
        number = unreadable.params["school_id"]
        raise Refusal(
            f"Токен бота школы № {number} не прочесть: в ZVONOK_SECRET_KEY нет ключа, которым он зашифрован. "
            "Верните ключ или дайте токен заново: zvonok school bot."
        ) from None
