"""Sentences about an actor and a subject. A predicate that does not fit the subject is false."""

from __future__ import annotations

from collections.abc import Callable

from db.enums import StaffRole
from services.access.subjects import (
    CourseSubject,
    GroupSubject,
    LessonSubject,
    PersonSubject,
    PupilSubject,
    Subject,
)
from services.actor import Actor

Predicate = Callable[[Actor, Subject], bool]


def has_role(*roles: StaffRole) -> Predicate:
    """The actor holds one of these staff roles today."""

    def holds(actor: Actor, subject: Subject) -> bool:
        return not actor.staff_roles.isdisjoint(roles)

    holds.__name__ = "has_role_" + "_or_".join(role.value for role in roles)
    return holds


def teaches(actor: Actor, subject: Subject) -> bool:
    """The lesson is the actor's by the timetable, and the actor still works here."""
    return (
        isinstance(subject, LessonSubject)
        and bool(actor.staff_roles)
        and subject.teacher_id == actor.person_id
    )


def substitutes(actor: Actor, subject: Subject) -> bool:
    """The actor gives this one lesson for a colleague (S5)."""
    return (
        isinstance(subject, LessonSubject)
        and bool(actor.staff_roles)
        and subject.substitute_id == actor.person_id
    )


def teaches_course(actor: Actor, subject: Subject) -> bool:
    """The course is in the actor's load today, and the actor still works here (S4)."""
    return (
        isinstance(subject, CourseSubject)
        and bool(actor.staff_roles)
        and actor.person_id in subject.teacher_ids
    )


def is_class_teacher_of(actor: Actor, subject: Subject) -> bool:
    """The subject is, or belongs to, a class that the actor leads today."""
    match subject:
        case GroupSubject(group_id=group_id):
            return group_id in actor.class_teacher_of
        case (
            PupilSubject(group_ids=group_ids)
            | LessonSubject(group_ids=group_ids)
            | CourseSubject(group_ids=group_ids)
        ):
            return not group_ids.isdisjoint(actor.class_teacher_of)
    return False


def is_guardian_of(actor: Actor, subject: Subject) -> bool:
    """The pupil is the actor's child today, and a consent is in force (U3, U6)."""
    return isinstance(subject, PupilSubject) and subject.pupil_id in actor.guardian_of


def is_that_pupil(actor: Actor, subject: Subject) -> bool:
    """The pupil is the actor, with a consent in force."""
    return isinstance(subject, PupilSubject) and actor.is_pupil and subject.pupil_id == actor.person_id


def may_consent_for(actor: Actor, subject: Subject) -> bool:
    """The pupil is the actor's child today, or the actor; a consent need not be in force yet."""
    return is_guardian_of(actor, subject) or (
        isinstance(subject, PupilSubject)
        and (subject.pupil_id in actor.awaiting_consent_for or is_that_pupil(actor, subject))
    )


def is_self(actor: Actor, subject: Subject) -> bool:
    return isinstance(subject, PersonSubject) and subject.person_id == actor.person_id


def leads_family_of(actor: Actor, subject: Subject) -> bool:
    """A pupil or guardian of the actor's class. Not staff who are guardians too: their code opens more
    than a diary, so it is the administrator's to give (U2, U4)."""
    return (
        isinstance(subject, PersonSubject)
        and not subject.is_staff
        and not subject.group_ids.isdisjoint(actor.class_teacher_of)
    )
