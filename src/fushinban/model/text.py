"""Words that have a Japanese and an English form."""

from enum import StrEnum

from fushinban.messages import Lang, Text, say

__all__ = ["Lang", "Named", "Text", "say"]


class Named(StrEnum):
    """An enumeration whose members have a label in `messages/words.toml` (`<class>-<value>`)."""

    @property
    def label(self) -> Text:
        """The label in both languages."""
        return say(f"words.{type(self).__name__.lower()}-{self.value}")
