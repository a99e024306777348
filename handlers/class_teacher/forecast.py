"""«Прогноз класса» for the class teacher and the management."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from handlers.callbacks.diary import ShowClassForecast
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.class_forecast import class_forecast_screen
from services.actor import Actor
from services.class_forecast import ClassForecastService

router = screen_router("class_teacher.forecast", ShowClassForecast)


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
