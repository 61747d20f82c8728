"""Errors that are the user's to mend: their message is all that a user sees, so it says what to do."""


class InputError(Exception):
    """Something given to mien is wrong. The message names file, row or key, what was expected and what to do."""


class DesignError(InputError):
    """A stimulus set is not the complete identity x expression design that an analysis needs."""
