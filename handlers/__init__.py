"""An update in, one service call, one screen out.

`ROUTERS` is the order in which routers are asked; `stale`, which answers what nobody else did, is last.
"""

from handlers.admin import access, voiding
from handlers.class_teacher import (
    absence_requests,
    families,
    invitations,
    planned_absences,
    planning,
    reasons,
    today,
)
from handlers.common import closing, consents, entering, history, stale, start
from handlers.deputy import (
    absent_teachers,
    entering_substitutions,
    finding_locked,
    substitutions,
    unlocking,
)
from handlers.parent import absence_requests as family_absences
from handlers.parent import alert, announcing, diary, diary_week
from handlers.parent import homework as family_homework
from handlers.parent import marks as family_marks
from handlers.teacher import (
    class_message,
    class_message_answers,
    class_message_draft,
    disputes,
    final_marks,
    homework,
    homework_choices,
    homework_draft,
    journal,
    lessons,
    mark_reasons,
    mark_works,
    marks,
    plan,
    plan_file,
    plan_rows,
    plan_typing,
    register,
    subgroups,
    substituting,
    topic,
    unlock_requests,
)

ROUTERS = (
    register.router,
    marks.router,
    mark_works.router,
    mark_reasons.router,
    class_message_draft.router,
    class_message_answers.router,
    lessons.router,
    journal.router,
    disputes.router,
    alert.router,
    announcing.router,
    family_absences.router,
    absence_requests.router,
    diary.router,
    diary_week.router,
    start.router,
    closing.router,
    consents.router,
    today.router,
    reasons.router,
    planned_absences.router,
    planning.router,
    topic.router,
    plan.router,
    plan_rows.router,
    plan_typing.router,
    plan_file.router,
    final_marks.router,
    homework.router,
    homework_draft.router,
    homework_choices.router,
    family_homework.router,
    family_marks.router,
    substitutions.router,
    absent_teachers.router,
    entering_substitutions.router,
    substituting.router,
    subgroups.router,
    history.router,
    finding_locked.router,
    unlocking.router,
    unlock_requests.router,
    families.router,
    invitations.router,
    access.router,
    voiding.router,
    class_message.router,
    entering.router,
    stale.router,
)
