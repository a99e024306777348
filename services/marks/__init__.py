"""The whole class in one message: what marks mean against a class list (J4). Nothing is saved here."""
