"""A task that a teacher is putting together: kept with the conversation, nothing of it in the journal yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from db.queries.homework import LessonPupil
from services.errors import InvalidInput
from services.homework_reading import Doubt, Extra, read_task
from services.importing.text import clean

TEXT_LIMIT = 2000
MAX_FILES = 10


class Draft(BaseModel):
    """What will be written, as the preview shows it. Every change is a new one with the next `version`, so
    that a button of an older preview is known."""

    model_config = ConfigDict(frozen=True)

    lesson_id: int
    homework_id: int | None = None
    """The task that is being changed; None: a new one."""
    due_on: date
    due_number: int | None = None
    version: int = 0
    typed: str = ""
    text: str = ""
    """For all of `pupil_ids`; what is left of `typed` without `extras` and `doubts`."""
    extras: tuple[Extra, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    pupil_ids: tuple[int, ...] | None = None
    """None: everyone."""
    file_ids: tuple[int, ...] = ()
    heard: tuple[int, ...] = ()
    """Messages that are in it: one that comes twice changes nothing."""
    album: str | None = None
    """Of the last message: an album comes as several, and is shown by one preview."""
    preview_id: int | None = None

    @property
    def empty(self) -> bool:
        return not (self.text or self.extras or self.doubts or self.file_ids)

    def typed_anew(self, typed: str, pupils: Sequence[LessonPupil]) -> Draft:
        """With another text. Raises InvalidInput when it is too long."""
        words = checked_text(typed)
        read = read_task(words, pupils) if self.pupil_ids is None else None
        return self._next(
            typed=words,
            text=read.text if read else words,
            extras=read.extras if read else (),
            doubts=read.doubts if read else (),
        )

    def with_caption(self, caption: str, pupils: Sequence[LessonPupil]) -> Draft:
        """With the words under a picture, beside those that were typed before."""
        return self.typed_anew("\n".join(filter(None, (self.typed, caption.strip()))), pupils)

    def with_file(self, file_id: int) -> Draft:
        """Raises InvalidInput when there are too many."""
        if file_id in self.file_ids:
            return self
        if len(self.file_ids) >= MAX_FILES:
            raise InvalidInput(problem="too_many_files", n=MAX_FILES)
        return self._next(file_ids=(*self.file_ids, file_id))

    def without_file(self, file_id: int) -> Draft:
        return self._next(file_ids=tuple(one for one in self.file_ids if one != file_id))

    def due(self, day: date, number: int | None) -> Draft:
        return self._next(due_on=day, due_number=number)

    def for_pupils(self, pupil_ids: Sequence[int] | None) -> Draft:
        """For these pupils, or for everyone (None). For some there is nobody's own part."""
        if pupil_ids is None:
            return self._next(pupil_ids=None)
        return self.for_all_as_typed()._next(pupil_ids=tuple(sorted(set(pupil_ids))))

    def for_all_as_typed(self) -> Draft:
        """The whole text is for all, whoever is named in it."""
        return self._next(text=self.typed, extras=(), doubts=())

    def settled(self, index: int, pupil_id: int | None) -> Draft:
        """The doubt `index` is about this pupil; None: about nobody, and its words stay for all."""
        if not 0 <= index < len(self.doubts):
            return self
        doubt = self.doubts[index]
        left = (*self.doubts[:index], *self.doubts[index + 1 :])
        if pupil_id is None:
            words = ", ".join(filter(None, (self.text, f"{doubt.said} {doubt.text}")))
            return self._next(doubts=left, text=words)
        if pupil_id not in doubt.pupil_ids:
            return self
        return self._next(doubts=left, extras=(*self.extras, Extra((pupil_id,), doubt.text)))

    def _next(self, **changed: object) -> Draft:
        return self.model_copy(update=changed | {"version": self.version + 1})


def checked_text(typed: str) -> str:
    """The words of a task without invisible characters. Raises InvalidInput when they are too many."""
    words = clean(typed)[0]
    if len(words) > TEXT_LIMIT:
        raise InvalidInput(problem="homework_too_long", n=TEXT_LIMIT)
    return words
