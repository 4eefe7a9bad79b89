"""Engine: what outsiders can reach. Predicted from the state of a router, by exact algebra; nothing is sent."""

from fushinban.probe._predict import predict

__all__ = ["predict"]
