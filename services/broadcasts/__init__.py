"""Messages to many (C6, C7): putting one together, sending it, and what comes back.

A broadcast is a row from its first word on. Its recipients are fixed when it is released, in the transaction
that queues its messages; whether a message arrived is read from the outbox, never kept a second time.
"""
