"""A commit's diff is read line by line, with the numbers of its lines, whatever stands in them."""

from __future__ import annotations

from smartup_tui.forge.unified import LINES_KEPT, DiffLine, parse_diff

DIFF = """diff --git a/credits/transactions.csv b/credits/transactions.csv
index 1111111..2222222 100644
--- a/credits/transactions.csv
+++ b/credits/transactions.csv
@@ -2,2 +2,3 @@ timestamp,type
 a
-- b
+--- b/else
++++ c
\\ No newline at end of file
diff --git "a/wiki/w\\303\\244.md" "b/wiki/w\\303\\244.md"
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ "b/wiki/w\\303\\244.md"
@@ -0,0 +1 @@
+# x
diff --git a/old.md b/new.md
similarity index 100%
rename from old.md
rename to new.md
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/pic.png b/pic.png
index 1..2 100644
Binary files a/pic.png and b/pic.png differ
diff --git a/empty.md b/empty.md
new file mode 100644
index 0000000..e69de29
"""


def test_files_and_lines_are_read() -> None:
    table, page, moved, gone, picture, empty = parse_diff(DIFF)
    assert (table.path, table.status, table.added, table.removed) == ("credits/transactions.csv", "modified", 2, 1)
    assert table.lines == (
        DiffLine(" ", 2, "a"), DiffLine("-", 3, "- b"), DiffLine("+", 3, "--- b/else"), DiffLine("+", 4, "+++ c"),
    )  # fmt: skip
    assert (page.path, page.status, page.lines) == ("wiki/w\xe4.md", "added", (DiffLine("+", 1, "# x"),))
    assert (moved.path, moved.before, moved.status) == ("new.md", "old.md", "moved")
    assert (gone.path, gone.status, gone.removed) == ("gone.md", "removed", 1)
    assert (picture.path, picture.status) == ("pic.png", "binary")
    assert (empty.path, empty.status, empty.lines) == ("empty.md", "added", ())


def test_a_long_change_is_cut_and_says_so() -> None:
    body = "\n".join(f"+{n}" for n in range(LINES_KEPT + 5))
    (found,) = parse_diff(f"diff --git a/a b/a\n--- /dev/null\n+++ b/a\n@@ -0,0 +1,{LINES_KEPT + 5} @@\n{body}\n")
    assert (len(found.lines), found.added, found.left_out) == (LINES_KEPT, LINES_KEPT + 5, 5)


def test_what_is_no_diff_has_no_files() -> None:
    assert parse_diff("") == ()
    assert parse_diff("<html>502</html>") == ()
