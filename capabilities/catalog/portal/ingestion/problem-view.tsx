import { count, EmptyFilter, Loaded, State, useData, useUrlState } from '@paved/ui';
import { NarrowBy } from './narrow-by.tsx';
import { ProblemList, problemSorts } from './problem-list.tsx';
import { placeOf, SOURCE_EVENTS, type SourceProblem } from './source.ts';

/** As many as the server gives at once. */
const MOST = 1000;

/** Everything that is wrong in any source, by sort and by words of file or reason. */
export function ProblemView({ numbers }: { numbers: Readonly<Record<string, number>> }) {
  const { params, set } = useUrlState();
  const kind = problemSorts.find((sort) => sort.kind === params.get('kind'))?.kind;
  const words = (params.get('search') ?? '').toLowerCase();
  const problems = useData<{ totalItems: number; items: readonly SourceProblem[] }>('/api/catalog/problems', {
    query: { limit: MOST, kind },
    live: SOURCE_EVENTS,
    keep: true,
  });
  const all = Object.values(numbers).reduce((sum, n) => sum + n, 0);
  const clear = () => set((query) => ['search', 'kind'].forEach((key) => query.delete(key)));
  return (
    <>
      <NarrowBy
        label="Sorts of problems"
        sorts={[
          { value: undefined, label: 'All', count: all },
          ...problemSorts.map((sort) => ({ value: sort.kind, label: sort.label, count: numbers[sort.kind] ?? 0 })),
        ]}
        value={kind}
        onChange={(next) => set((query) => (next === undefined ? query.delete('kind') : query.set('kind', next)), { push: true })}
      />
      <Loaded query={problems} what="Problems">
        {({ items, totalItems }) => {
          const shown = words === '' ? items : items.filter((problem) => textOf(problem).includes(words));
          if (items.length === 0 && kind === undefined)
            return (
              <State status="healthy" title="Every document is good">
                Broken documents, names that two sources claim, and files that are missing would stand here with line and reason.
              </State>
            );
          if (shown.length === 0)
            return <EmptyFilter noun="problem" filters={(words === '' ? 0 : 1) + (kind === undefined ? 0 : 1)} onClear={clear} />;
          return (
            <>
              <ProblemList problems={shown} withSource />
              {items.length < totalItems ? (
                <div className="p-tablefoot">
                  <span>
                    {count(items.length)} of {count(totalItems)}; open a source to see all of its problems
                  </span>
                </div>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

const textOf = (problem: SourceProblem): string =>
  `${placeOf(problem.source)} ${problem.message} ${problem.ref ?? ''} ${placeOf(problem.other ?? '')}`.toLowerCase();
