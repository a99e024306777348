"""Every button's wire format, frozen: old messages keep their buttons for ever.

A button carries an action and stable ids and sets a state; it never toggles. The field list of a class
never changes: a new shape gets a new class with a new prefix, and the old one stays until nobody can hold
such a message. Packed strings have a golden list in tests/handlers/test_callback_wire.py; the limit is
64 bytes. A page for each area. Dates travel as ordinals (date.toordinal()).
"""
