"""News of the workspace as a message: put on the queue by any thread, and merged when several wait."""

from __future__ import annotations

from textual.message import Message

from smartup_tui.workspace.state import News


class WorkspaceNews(Message):
    """Something may have changed; what is shown is read anew. A burst costs one repaint."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news

    def can_replace(self, message: Message) -> bool:
        """A later one of the same kind says it all."""
        return isinstance(message, WorkspaceNews) and message.news is self.news
