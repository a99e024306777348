"""The composition root and the Telegram side of the process."""
