"""Asking the permission map."""

from __future__ import annotations

from services.access.permissions import WHO_MAY, Permission
from services.access.subjects import Subject
from services.actor import Actor
from services.errors import Forbidden, NotFound


def may(actor: Actor, permission: Permission, subject: Subject) -> bool:
    """Whether any clause holds; never across schools."""
    if subject.school_id != actor.school_id:
        return False
    return any(predicate(actor, subject) for predicate in WHO_MAY.get(permission, ()))


def check(
    actor: Actor, permission: Permission, subject: Subject | None, *, seen_by: Permission | None = None
) -> None:
    """Let pass or refuse.

    Raises NotFound when there is no such thing or the actor may not even see it (`seen_by`, by default
    `permission` itself), and Forbidden when they see it but may not do this.
    """
    if subject is None or not may(actor, seen_by or permission, subject):
        raise NotFound
    if not may(actor, permission, subject):
        raise Forbidden
