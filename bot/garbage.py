"""How often a process of ours looks for garbage."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 10_000


def look_for_garbage_seldom() -> None:
    """Call it when everything is loaded.

    What is loaded stays, and to look through all of it stops the bot for a quarter of a second each time.
    Almost everything else goes by itself: to look after every 700 objects, as Python does, took a third of
    a school's digests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
