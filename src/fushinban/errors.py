"""Every error of the product, drawn as one tree.

    FushinbanError
    ├── OutOfScope        the authorisation does not allow this packet (nothing was sent)
    ├── DeviceError       a device did not give what was asked
    │   ├── Unreachable   no connection, reset, or time limit
    │   ├── Denied        it refuses (wrong or missing login, or an ambiguous 401)
    │   ├── Locked        it, or our own attempt budget, stops further logins
    │   ├── NotSupported  it does not have this operation
    │   └── Malformed     it answered with something that cannot be read
    ├── CatalogueError    two things share an id, or a catalogue file is wrong
    ├── StoreError        the record cannot be read or written
    └── InputError        a file, option or answer from a person is wrong
        └── Conflict      somebody else has changed it, or is using it, meanwhile; nothing was lost

`collect` alone turns a DeviceError into a reading; the surfaces alone turn the others into an exit code.
"""

from fushinban.messages import Text, say


class FushinbanError(Exception):
    """Root of the tree. `text` is for people, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    @classmethod
    def of(cls, message_id: str, **values: object) -> "FushinbanError":
        """Make the error from a message id of `fushinban.messages`."""
        return cls(say(message_id, **values))


class OutOfScope(FushinbanError):
    """The site's authorisation does not allow this; no packet left."""


class DeviceError(FushinbanError):
    """A device did not give what was asked."""


class Unreachable(DeviceError):
    """No connection, a reset, or the time limit."""


class Denied(DeviceError):
    """The device refuses, or its 401 cannot be told apart from one."""


class Locked(DeviceError):
    """The device, or our own attempt budget, stops further logins."""


class NotSupported(DeviceError):
    """The device does not have this operation."""


class Malformed(DeviceError):
    """The answer cannot be read."""


class CatalogueError(FushinbanError):
    """A catalogue holds a duplicate or a wrong file; the start stops."""


class StoreError(FushinbanError):
    """The record cannot be read or written."""


class InputError(FushinbanError):
    """A file, option or answer from a person is wrong."""


class Conflict(InputError):
    """Somebody else has changed it, or is using it, meanwhile; nothing was lost."""
