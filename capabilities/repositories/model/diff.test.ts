import { expect, test } from 'vitest';
import { parseDiff } from './diff.ts';

const text = `diff --git a/old name.txt b/new name.txt
similarity index 80%
rename from old name.txt
rename to new name.txt
index 1..2 100644
--- a/old name.txt\t
+++ b/new name.txt\t
@@ -1,3 +1,3 @@ function x() {
 one
--- two
+++ two
 three
\\ No newline at end of file
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
index 1..0
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-bye
diff --git a/logo.png b/logo.png
new file mode 100644
index 0..1
Binary files /dev/null and b/logo.png differ
`;

test('a diff becomes files, hunks and numbered lines; lines that look like headers stay lines', () => {
  expect(parseDiff(text)).toEqual([
    {
      path: 'new name.txt',
      oldPath: 'old name.txt',
      change: 'renamed',
      binary: false,
      additions: 1,
      deletions: 1,
      hunks: [
        {
          header: 'function x() {',
          oldStart: 1,
          newStart: 1,
          lines: [
            { type: 'context', old: 1, new: 1, text: 'one' },
            { type: 'removed', old: 2, text: '-- two' },
            { type: 'added', new: 2, text: '++ two' },
            { type: 'context', old: 3, new: 3, text: 'three' },
          ],
        },
      ],
    },
    {
      path: 'gone.txt',
      change: 'deleted',
      binary: false,
      additions: 0,
      deletions: 1,
      hunks: [{ header: '', oldStart: 1, newStart: 0, lines: [{ type: 'removed', old: 1, text: 'bye' }] }],
    },
    { path: 'logo.png', change: 'added', binary: true, additions: 0, deletions: 0, hunks: [] },
  ]);
});
