"""Substitutions (S5)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowSubstitutions(CallbackData, prefix="sbs"):
    """The register of substitutions."""
