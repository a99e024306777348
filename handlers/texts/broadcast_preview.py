"""A broadcast before «Отправить»: the message as a family will read it, and what it will do."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.broadcast_drafts import EditDraft, InPreview, SendBroadcast
from handlers.screen import Button, Screen
from handlers.texts.broadcast_notice import broadcast_screen
from handlers.texts.broadcast_words import audience_words, families_count, moment_words
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import cut, short_name
from services.broadcasts.previewing import AudiencePupil, Preview

UNREACHED_SHOWN = 12


def sample_screen(preview: Preview) -> Screen:
    """Exactly the recipient's screen; its buttons only say that they are not yet anybody's."""
    screen = broadcast_screen(preview.notice)
    rows = tuple(tuple(Button(button.text, InPreview()) for button in row) for row in screen.rows)
    return replace(screen, rows=rows)


def preview_screen(preview: Preview, zone: ZoneInfo) -> Screen:
    draft, sample = preview.draft, preview.sample
    body = lines(
        text(
            "⬆️ Так объявление увидит семья: {name}, {group}.",
            name=cut(short_name(sample.last_name, sample.first_name), 40),
            group=cut(sample.group, 20),
        ),
        "",
        text(
            "<b>{whom}: {families}</b>",
            whom=audience_words(draft, preview.targets),
            families=families_count(preview.families),
        ),
        count("Получит {n} человек.", "Получат {n} человек.", preview.people),
        _unreached(preview.unreached),
        text("❗ Срочно: придёт и в тихие часы.") if draft.urgent else None,
        _leaves(preview, zone),
    )
    broadcast_id = draft.broadcast_id
    return Screen(
        body,
        (
            (Button(label("Отправить"), SendBroadcast(broadcast_id=broadcast_id, version=draft.version)),),
            (Button(label("‹ Изменить"), EditDraft(broadcast_id=broadcast_id)),),
        ),
    )


def changed_toast() -> str:
    """Something was changed after this preview."""
    return label("Объявление с тех пор изменилось. Проверьте ещё раз.")


def preview_only_toast() -> str:
    return label("Это образец: кнопки заработают, когда объявление будет отправлено.")


def _unreached(pupils: tuple[AudiencePupil, ...]) -> Markup | None:
    if not pupils:
        return None
    names = [
        f"{short_name(cut(one.last_name, 24), one.first_name)} ({cut(one.group, 8)})"
        for one in pupils[:UNREACHED_SHOWN]
    ]
    more = len(pupils) - UNREACHED_SHOWN
    shown = ", ".join(names) + (label(" и ещё {n}", n=more) if more > 0 else "")
    return count(
        "Не достать {n} семью: {names}. Позвоните им.",
        "Не достать {n} семей: {names}. Позвоните им.",
        len(pupils),
        names=shown,
    )


def _leaves(preview: Preview, zone: ZoneInfo) -> Markup:
    if preview.leaves_at is not None:
        return text("Уйдёт {when}; до этого можно отменить.", when=moment_words(preview.leaves_at, zone))
    if not preview.undo_minutes:
        return text("Уйдёт сразу.")
    return count(
        "Уйдёт через {n} минуту после «Отправить»; до этого можно отменить.",
        "Уйдёт через {n} минут после «Отправить»; до этого можно отменить.",
        preview.undo_minutes,
    )
