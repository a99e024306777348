"""«Прогноз класса» for the class teacher and the management."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.diary import ShowClassForecast
from handlers.screens import Screens
from handlers.texts.class_forecast import class_forecast_screen
from services.actor import Actor
from services.class_forecast import ClassForecastService

router = Router(name="class_teacher.forecast")


@router.callback_query(ShowClassForecast.filter())
async def show_forecast(
    callback: CallbackQuery,
    callback_data: ShowClassForecast,
    actor: Actor,
    screens: Screens,
    class_forecasts: ClassForecastService,
) -> None:
    await callback.answer()
    view = await class_forecasts.of_class(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, class_forecast_screen(view, callback_data.page))
