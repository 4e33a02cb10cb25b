"""Says hello in a few languages."""

HELLOS = {"en": "Hello", "pt": "Bom dia", "de": "Guten Tag"}


def greet(language, name):
    return f"{HELLOS[language]} from {name}!"
