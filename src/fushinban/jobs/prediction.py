"""What outsiders reach, from one saved configuration alone: nothing is asked, sent or kept."""

from pathlib import Path

from fushinban.errors import InputError
from fushinban.model.exposure import InsideDevice, Prediction
from fushinban.model.text import say
from fushinban.probe import predict
from fushinban.probe.reading import MOST_BYTES, read_configuration


def predict_file(path: Path, kind: str = "", devices: tuple[InsideDevice, ...] = ()) -> Prediction:
    """The prediction for the configuration in a file. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(say("exposure.unreadable", path=str(path), reason=reason)) from error
    return predict(read_configuration(content, kind), devices)
