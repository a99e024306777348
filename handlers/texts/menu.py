"""The main menu."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.backups import ShowBackups
from handlers.callbacks.broadcasts import ComposeBroadcast, ShowBroadcasts
from handlers.callbacks.cards import ShowCardChanges
from handlers.callbacks.changes import FindLocked
from handlers.callbacks.class_day import MyClasses
from handlers.callbacks.compromise import AskCloseAccess, ShowReports
from handlers.callbacks.consents import AskConsent, MyConsents
from handlers.callbacks.diary import ShowDiary
from handlers.callbacks.events import ShowDocuments, ShowEvents
from handlers.callbacks.families import ShowClasses, ShowFamilies, ShowStaff
from handlers.callbacks.final_marks import ShowDueFinals
from handlers.callbacks.journal import ShowCourses
from handlers.callbacks.lessons import ShowNow
from handlers.callbacks.menu import Help
from handlers.callbacks.notice_settings import ShowNoticeSettings
from handlers.callbacks.reconciliation import ShowOmissions
from handlers.callbacks.substitutions import ShowSubstitutions
from handlers.callbacks.threads import ShowThreads
from handlers.callbacks.unsent import ShowUnsent
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.final_marks import final_period_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.home import HomeView
from services.vocabulary import StaffRole


def home_screen(actor: Actor, view: HomeView) -> Screen:
    """Every role apart; what waits for the person stands first."""
    name = f"{view.first_name} {view.middle_name}".strip() if actor.staff_roles else view.first_name
    said = [
        text("<b>{name}, здравствуйте!</b>", name=name),
        text("Чтобы видеть сведения об ученике, нужно ваше согласие.") if view.awaiting else None,
        _children(view),
    ]
    if not _has_role(actor):
        said.append(
            text("Сегодня у вас здесь нет ни роли, ни детей. Если это ошибка, скажите администратору школы.")
        )
    rows = (
        *_consent_rows(actor, view),
        *_diary_rows(actor, view),
        *_thread_rows(actor, view),
        *_teacher_rows(actor),
        *_finals_rows(view),
        *_journal_rows(actor),
        *_class_teacher_rows(view),
        *_office_rows(actor),
        *_everyones_rows(view),
    )
    return Screen(lines(*said), rows)


def _children(view: HomeView) -> Markup | None:
    names = ", ".join(child.name for child in view.children)
    if not names:
        return None
    if len(view.children) == 1:
        return text("Ваш ребёнок: {names}. О пропусках напишем сюда сразу.", names=names)
    return text("Ваши дети: {names}. О пропусках напишем сюда сразу.", names=names)


def _has_role(actor: Actor) -> bool:
    family = actor.guardian_of or actor.awaiting_consent_for or actor.is_pupil
    return bool(actor.staff_roles or actor.class_teacher_of or family)


def _consent_rows(actor: Actor, view: HomeView) -> list[Row]:
    return [
        (
            Button(
                label("Дать согласие")
                if pupil.id == actor.person_id
                else label("Дать согласие: {name}", name=cut(pupil.name, 30)),
                AskConsent(pupil_id=pupil.id),
            ),
        )
        for pupil in view.awaiting
    ]


def _diary_rows(actor: Actor, view: HomeView) -> list[Row]:
    own = [(Button(label("Мой дневник"), ShowDiary(pupil_id=actor.person_id)),)] if actor.is_pupil else []
    children = (
        (Button(label("Дневник: {name}", name=cut(child.name, 30)), ShowDiary(pupil_id=child.id)),)
        for child in view.children
    )
    return [*own, *children]


def _teacher_rows(actor: Actor) -> list[Row]:
    return [(Button(label("🔔 Сейчас"), ShowNow()),)] if StaffRole.TEACHER in actor.staff_roles else []


def _finals_rows(view: HomeView) -> list[Row]:
    """In the last days of a term: «Итоги за 1 четверть»."""
    if not view.finals:
        return []
    [first, *others] = view.finals
    period = cut(final_period_name(*first), 40)
    words = label("Итоги") if others else label("Итоги за {period}", period=period)
    return [(Button(words, ShowDueFinals(page=0)),)]


def _journal_rows(actor: Actor) -> list[Row]:
    if StaffRole.TEACHER in actor.staff_roles:
        return [(Button(label("Мои журналы"), ShowCourses()),)]
    sees = actor.class_teacher_of or may(actor, Permission.SEE_JOURNAL, SchoolSubject(actor.school_id))
    return [(Button(label("Журналы"), ShowCourses()),)] if sees else []


def _thread_rows(actor: Actor, view: HomeView) -> list[Row]:
    """«Переписка (2)»: with how many questions wait for an answer. A pupil finds it once they have asked."""
    if not (actor.staff_roles or actor.guardian_of or view.has_threads):
        return []
    words = label("Переписка ({n})", n=view.waiting) if view.waiting else label("Переписка")
    return [(Button(words, ShowThreads(page=0)),)]


def _class_teacher_rows(view: HomeView) -> list[Row]:
    today = label("Мой класс сегодня") if len(view.groups) == 1 else label("Мои классы сегодня")
    return [
        *([(Button(today, MyClasses()),), *_broadcast_rows()] if view.groups else []),
        *(
            (
                Button(
                    label("{group}: семьи", group=cut(group.name, 20)),
                    ShowFamilies(group_id=group.id),
                ),
            )
            for group in view.groups
        ),
    ]


def _broadcast_rows() -> list[Row]:
    return [
        (
            Button(label("Написать классу"), ComposeBroadcast(group_id=0)),
            Button(label("Объявления"), ShowBroadcasts(page=0)),
        )
    ]


def _office_rows(actor: Actor) -> list[Row]:
    school = SchoolSubject(actor.school_id)
    rows: list[Row] = []
    if not actor.class_teacher_of and may(actor, Permission.SEE_CLASS_DAY, school):
        rows.append((Button(label("Классы сегодня"), MyClasses()),))
    if not actor.class_teacher_of and may(actor, Permission.BROADCAST, school):
        rows += _broadcast_rows()
    if may(actor, Permission.SEE_SUBSTITUTIONS, school):
        rows.append((Button(label("Замещения"), ShowSubstitutions()),))
    if may(actor, Permission.SEE_OMISSIONS, school):
        rows.append((Button(label("Замечания к журналам"), ShowOmissions(page=0)),))
    if may(actor, Permission.UNLOCK_JOURNAL, school):
        rows.append((Button(label("Открыть для исправлений"), FindLocked()),))
    if may(actor, Permission.SEE_FAMILIES, school):
        rows.append((Button(label("Приглашения и согласия семей"), ShowClasses()),))
    if may(actor, Permission.DECIDE_CARD_CHANGE, school):
        rows.append((Button(label("Просьбы изменить карточки"), ShowCardChanges(page=0)),))
    if may(actor, Permission.SEE_STAFF_ACCESS, school):
        rows.append((Button(label("Доступ сотрудников"), ShowStaff(page=0)),))
    if may(actor, Permission.SEE_COMPROMISES, school):
        rows.append((Button(label("Сообщения о закрытом доступе"), ShowReports()),))
    if may(actor, Permission.SEE_BACKUPS, school):
        rows.append((Button(label("Резервные копии"), ShowBackups()),))
    if may(actor, Permission.SEE_UNSENT, school):
        rows.append((Button(label("Кому не ушло"), ShowUnsent(page=0)),))
    return rows


def _everyones_rows(view: HomeView) -> list[Row]:
    return [
        (Button(label("События"), ShowEvents(page=0)), Button(label("Документы"), ShowDocuments(page=0))),
        *([(Button(label("Мои согласия"), MyConsents()),)] if view.consented or view.awaiting else []),
        (Button(label("Настройки сообщений"), ShowNoticeSettings()),),
        (Button(label("Доступ мог попасть к чужим"), AskCloseAccess()),),
        (Button(label("Помощь"), Help()),),
    ]
