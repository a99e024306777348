"""What stops a command before it has begun."""


class Refusal(Exception):
    """Something that the administrator must put right. The text is a Russian sentence, or one a line."""
