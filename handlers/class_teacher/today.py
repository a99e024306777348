"""«Мой класс сегодня»: the day and its lessons."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.class_day import MyClasses, ShowClassDay, ShowClassLessons
from handlers.days import day_of
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.class_day import classes_screen, day_screen
from handlers.texts.class_lessons import lessons_screen
from services.actor import Actor
from services.class_day import ClassDayService

router = Router(name="class_teacher.today")


@router.message(Command("class"))
async def class_command(message: Message, actor: Actor, screens: Screens, class_day: ClassDayService) -> None:
    await screens.show(message, await _my_classes(actor, class_day))


@router.callback_query(MyClasses.filter())
async def my_classes(
    callback: CallbackQuery, actor: Actor, screens: Screens, class_day: ClassDayService
) -> None:
    await callback.answer()
    await screens.show(callback, await _my_classes(actor, class_day))


@router.callback_query(ShowClassDay.filter())
async def show_day(
    callback: CallbackQuery,
    callback_data: ShowClassDay,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    await callback.answer()
    day = await class_day.day(actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.day))
    await screens.show(callback, day_screen(day, actor.zone, callback_data.page))


@router.callback_query(ShowClassLessons.filter())
async def show_lessons(
    callback: CallbackQuery,
    callback_data: ShowClassLessons,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    await callback.answer()
    day = await class_day.day(actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.day))
    await screens.show(callback, lessons_screen(day, actor.zone, callback_data.page))


async def _my_classes(actor: Actor, class_day: ClassDayService) -> Screen:
    """The day of the only class, or the choice between several."""
    classes = await class_day.classes(actor=actor)
    if len(classes.groups) != 1:
        return classes_screen(classes)
    (group,) = classes.groups
    return day_screen(await class_day.day(actor=actor, group_id=group.group_id), actor.zone)
