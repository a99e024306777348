"""Which bots an installation serves: those of its schools, and the one of ZVONOK_BOT_TOKEN."""

from __future__ import annotations

from bot.config import Settings
from bot.refusal import Refusal
from db.engine import Database
from db.queries.schools import BotRow, schools
from services.schools import SchoolBot, StoredBots, stored_bots


async def bots_to_serve(db: Database, settings: Settings) -> list[SchoolBot]:
    """ZVONOK_BOT_TOKEN is for the only school that has no bot of its own; it also greets whoever comes while
    there is no school.

    A token that cannot be read stops its own school alone. Raises Refusal when none is left because of that.
    """
    stored = await stored_bots(db, settings.cipher)
    served = [*stored.readable, *await of_the_settings(db, settings, stored)]
    if stored.unreadable and not served:
        raise Refusal(unreadable(stored.unreadable[0].school_id))
    return served


def unreadable(school_id: int) -> str:
    return (
        f"Токен бота школы № {school_id} не прочесть: в ZVONOK_SECRET_KEY нет ключа, которым он зашифрован. "
        "Верните ключ или дайте токен заново: zvonok school bot."
    )


async def of_the_settings(db: Database, settings: Settings, stored: StoredBots) -> list[SchoolBot]:
    """The bot of ZVONOK_BOT_TOKEN, if there is one that is no school's own."""
    if settings.bot_token is None:
        return []
    bot_id = int(settings.bot_token.get_secret_value().partition(":")[0])
    have_their_own: list[SchoolBot | BotRow] = [*stored.readable, *stored.unreadable]
    if any(bot.bot_id == bot_id for bot in have_their_own):
        return []
    async with db.statement() as session:
        there = {school.id for school in await schools(session)}
    left = there.difference(bot.school_id for bot in have_their_own)
    return [SchoolBot(left.pop() if len(left) == 1 else None, bot_id, settings.bot_token)]
