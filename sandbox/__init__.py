"""A Bot API server and a chat page on your own machine, for the demo and the journeys."""

from sandbox.faults import Fault
from sandbox.limits import FloodLimits
from sandbox.people import Person, TourStep
from sandbox.phone import Phone
from sandbox.server import TelegramSandbox
from sandbox.state import Answer, Button, Message

__all__ = [
    "Answer",
    "Button",
    "Fault",
    "FloodLimits",
    "Message",
    "Person",
    "Phone",
    "TelegramSandbox",
    "TourStep",
]
