"""Printed documents, made by Typst from templates beside the code; no messenger.

A template is named after its language (`notice.ru.typ`): another language is another file.
"""
