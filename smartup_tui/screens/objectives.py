"""Objectives: what is to be reached, as a tree down to the tasks; how far it is, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from smartup_tui.ledger.index import queries
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.screens.acting import TASK_ACTS, ActKey, act_bindings
from smartup_tui.screens.browse import View, view_bindings
from smartup_tui.screens.folding import FoldingScreen, Line, TreeSource
from smartup_tui.screens.forms import open_form
from smartup_tui.screens.issue_rows import ISSUE_COLUMNS, IssueTree
from smartup_tui.screens.objective_rows import BUDGET_COLUMNS, TREE_COLUMNS, ObjectiveRows
from smartup_tui.screens.plots import plot_of
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.plot import PlotView
from smartup_tui.widgets.table import Row, RowSource, VirtualTable
from smartup_tui.workspace import objective_acts as acts
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe import describe_task
from smartup_tui.workspace.describe_objectives import describe_objective
from smartup_tui.workspace.months import flow_words, flows
from smartup_tui.workspace.objective_acts import Act
from smartup_tui.workspace.objective_tree import Folds, ObjectiveTree
from smartup_tui.workspace.objectives import Forest, by_number
from smartup_tui.workspace.standing import standing
from smartup_tui.workspace.tree import FoldedTree

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace

_TREE: Final = "tree"
_TEAMS: Final = "team"
_BUDGETS: Final = "budgets"
_ISSUES: Final = "issues"
_NONE: Final = "There is no objective yet."
_NO_ISSUE: Final = "No issue passes. r asks the forge."
_READ_ONLY: Final = "Issues are read here and written on the forge; y copies the address."
_FORMS: Final = {Act.TASK: "objective_id", Act.OBJECTIVE: "parent"}
"""What asks for several things is filled in by a form; the value is the argument that is known."""

_OWN_ACTS: Final = (
    ActKey(Act.TASK, "n", "new task"),
    ActKey(Act.OBJECTIVE, "N", "new objective", rank=5),
    ActKey(Act.TICK, "d", "reached", rank=3),
    ActKey(Act.CHANGE, "u", "change", rank=4),
)


class ObjectivesScreen(FoldingScreen):
    """The objectives of the organisation and its teams, with the tasks below them."""

    NAME = "Objectives"
    CSS_PATH = "objectives.tcss"
    PLACEHOLDER = "words in id, title, team, phase, status, leader or seat"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(_TREE, "t", "tree", TREE_COLUMNS, _NONE),
        View(_TEAMS, "e", "my teams", TREE_COLUMNS, "Your teams have no active objective. t shows all."),
        View(_BUDGETS, "b", "budgets", BUDGET_COLUMNS, _NONE),
        View(_ISSUES, "i", "issues", ISSUE_COLUMNS, _NO_ISSUE),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_OWN_ACTS, *(replace(act, rank=5) for act in TASK_ACTS))
    BINDINGS: ClassVar[list[BindingType]] = [
        *view_bindings(VIEWS),
        *act_bindings(_OWN_ACTS),
        Binding("p", "plot", "SC paid by month"),
        Binding("y", "copy_link", "copy an issue's address, or the id"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._forest: Forest | None = None
        self._tree: ObjectiveTree | None = None
        self._folds: Folds | None = None
        self._first_hit: int | None = None
        self._issues: IssueTree | None = None

    # What is shown

    def source(self, keep: str) -> RowSource:
        if self.view.name == _ISSUES:
            self.table.show_columns(ISSUE_COLUMNS, self.workspace.issues.problem or _NO_ISSUE)
            return self._issue_tree.source(self.words, self.glyphs)
        forest, tree, folds = self._read()
        rows = ObjectiveRows(self._reader, forest, self.glyphs)
        if self.view.name == _TREE:
            if self.words:
                lines, self._first_hit = tree.narrowed(self.words, keep, folds)
                return TreeSource(lines, tree.has_children, rows.lines, self.glyphs, in_line=True)
            folds.folded_since.clear()
            return TreeSource(tree.lines(folds), tree.has_children, rows.lines, self.glyphs, in_line=True)
        if self.view.name == _TEAMS:
            return self._plain(tree.listed(self._mine(forest, keep), self.words, keep), rows.lines)
        most = max((forest.counts(name).budget for name in forest.roots), default=Decimal(0))
        return self._plain(tree.alone(self.words), lambda lines: rows.budgets(lines, most))

    def describe(self, row_id: str) -> str:
        entity = self.entity_of(row_id)
        if self.view.name == _ISSUES:
            return self.workspace.issues.describe(entity or "")
        if entity is None:
            return "These tasks name an objective that is not in the ledger."
        if entity.startswith("6_"):
            task = self._reader.task(entity)
            return describe_task(task) if task is not None else ""
        detail = self._read()[0].detail(entity)
        return describe_objective(detail) + self._issues_naming(entity) if detail is not None else ""

    def entity_of(self, row_id: str) -> str | None:
        if self.workspace.reader is None or not row_id.lstrip("-").isdecimal():
            return None
        return self._issue_tree.name(int(row_id)) if self.view.name == _ISSUES else self._read()[1].name(int(row_id))

    def row_of(self, entity: str) -> str | None:
        if self.view.name == _ISSUES:
            issue = self._issue_tree.node(entity)
            return None if issue is None else str(issue)
        _, tree, folds = self._read()
        node, way = tree.find(entity)
        if node is not None and self.view.name == _TREE and not folds.unfolded.issuperset(way):
            folds.unfolded.update(way)
            self.load()
        return None if node is None else str(node)

    def view_of(self, entity: str) -> str:
        return _ISSUES if "#" in entity else _TREE

    def task_in_hand(self) -> TaskBudget | None:
        reader, entity = self.workspace.reader, self.entity_in_hand
        return queries.task(reader.index, entity) if reader and entity and entity.startswith("6_") else None

    def own_hints(self) -> list[KeyHint]:
        return [*super().own_hints(), *self.fold_hints(), KeyHint("p", "by month", rank=4)]

    # Acting

    def hindrance_of(self, name: str) -> str | None:
        if self.view.name == _ISSUES:
            return _READ_ONLY
        if name not in set(Act):
            return super().hindrance_of(name)
        return acts.hindrance(self._reader, self._read()[0], Act(name), self.entity_in_hand)

    def compose_of(self, name: str) -> Composed | None:
        if name not in set(Act):
            return super().compose_of(name)
        forest, entity = self._read()[0], self.entity_in_hand
        if name in _FORMS and entity is not None:
            open_form(self, name, {_FORMS[Act(name)]: entity})
            return None
        return acts.compose(forest, Act(name), entity)

    def label_of(self, act: ActKey) -> str:
        if act.name == Act.TICK and self.workspace.reader is not None:
            return "not reached" if acts.is_ticked(self._read()[0], self.entity_in_hand) else act.label
        return super().label_of(act)

    # Folding

    def remember(self, node: int, *, unfolded: bool) -> None:
        if self.view.name == _ISSUES:
            self._issue_tree.fold(self._issue_tree.name(node) or "", unfolded=unfolded)
            return
        _, tree, folds = self._read()
        entity = tree.name(node) or ""
        if self.words:
            (folds.folded_since.discard if unfolded else folds.folded_since.add)(entity)
        else:
            (folds.unfolded.add if unfolded else folds.unfolded.discard)(entity)

    def remember_all(self, *, unfolded: bool) -> None:
        if self.view.name == _ISSUES:
            self._issue_tree.fold_all(unfolded=unfolded)
            return
        forest, tree, folds = self._read()
        everything = {*forest.branches, ""}
        if self.words:
            folds.folded_since = set() if unfolded else everything
            return
        folds.unfolded = everything if unfolded else set()
        if unfolded:
            tree.read_all_tasks()

    # Issues

    def issues_read(self) -> None:
        if self.view.name == _ISSUES and self.has_read:
            self.load()

    def action_copy_link(self) -> None:
        """Copy the address of an issue or a repository; elsewhere what is copied everywhere."""
        name = self.entity_in_hand
        if self.view.name != _ISSUES or name is None:
            self.owner_app.action_copy()
            return
        repository, _, number = name.partition("#")
        address = self.workspace.issues.link(repository, int(number) if number else None)
        self.app.copy_to_clipboard(address)
        self.say(f"Copied: {address}")

    def _issues_naming(self, entity: str) -> str:
        found = [f"- {issue.state}: {issue.name} {issue.title}" for issue in self.workspace.issues.naming(entity)]
        return "\n\n## Issues on the forge\n\n" + "\n".join(found) if found else ""

    # The plot

    def action_plot(self) -> None:
        """Show the months of what is in hand in place of its page, or the page again."""
        if not self.query(PlotView):
            self.query_one(".panes").mount(PlotView(id="plot"))
        if self.page.has_focus:
            self.set_focus(self.table, scroll_visible=False)
        self.toggle_class("-plot")
        self.call_after_refresh(self._show_plot)

    def action_other_pane(self) -> None:
        self.remove_class("-plot")
        super().action_other_pane()

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        self.remove_class("-plot")
        super().on_virtual_table_activated(event)

    def _narrow(self) -> None:
        """What is typed for is marked, not what it stands under."""
        super()._narrow()
        if self.words and self.view.name == _TREE and self._first_hit is not None:
            self.table.select(str(self._first_hit))

    def _show_page(self, *, keep_place: bool = False) -> None:
        super()._show_page(keep_place=keep_place)
        self._show_plot()

    def _show_plot(self) -> None:
        if not self.has_class("-plot") or self.workspace.reader is None:
            return
        task, forest = self.task_in_hand(), self._read()[0]
        chosen = task.objective_id if task is not None else self.entity_in_hand or ""
        if chosen not in forest.branches:
            self.query_one("#plot", PlotView).show(None)
            return
        paid = flows(forest.paid_by_month(chosen), self.workspace.now())
        title = f"SC paid by month below {chosen}"
        self.query_one("#plot", PlotView).show(plot_of(title, flow_words(paid, words.sc), paid, words.sc))

    # Inside

    @property
    def _reader(self) -> Reader:
        reader = self.workspace.reader
        assert reader is not None
        return reader

    def _read(self) -> tuple[Forest, ObjectiveTree, Folds]:
        """The objectives of the commit that is shown, read once for each; and what the owner has unfolded."""
        reader = self._reader
        if self._forest is None or self._tree is None or not self._forest.shows(reader):
            self._forest = Forest(reader)
            self._tree = ObjectiveTree(reader, self._forest)
        if self._folds is None:
            forest = self._forest  # the objectives of the organisation lie open, tasks where they are asked for
            self._folds = Folds({name for name in forest.roots if name in forest.children})
        return self._forest, self._tree, self._folds

    @property
    def _issue_tree(self) -> IssueTree:
        if self._issues is None:
            self._issues = IssueTree(self.workspace.issues)
        return self._issues

    def _plain(self, tree: FoldedTree, shape: Callable[[Sequence[Line]], Sequence[Row]]) -> TreeSource:
        """Lines that can not be folded."""
        return TreeSource(tree, None, shape, self.glyphs)

    def _mine(self, forest: Forest, keep: str) -> list[str]:
        """The active objectives of the owner's teams, and those they lead."""
        own = standing(self._reader)
        return [
            name
            for name in sorted(forest.branches, key=by_number)
            if name == keep
            or (
                forest.branches[name].status == "active"
                and (forest.branches[name].team_id in own.teams or name in own.leads)
            )
        ]
