import { count, EmptyFilter, Loaded, State, useData, useUrlState } from '@paved/ui';
import { NarrowBy } from './narrow-by.tsx';
import { ProblemList, problemSorts } from './problem-list.tsx';
import { placeOf, SOURCE_EVENTS, type ProblemPage, type SourceProblem } from './source.ts';

/** As many as the server gives at once. */
const MOST = 1000;

/** Everything that is wrong in any source, by sort and by words of file or reason. */
export function ProblemView() {
  const { params, set } = useUrlState();
  const kind = problemSorts.find((sort) => sort.kind === params.get('kind'))?.kind;
  const words = (params.get('search') ?? '').toLowerCase();
  const problems = useData<ProblemPage>('/api/catalog/problems', {
    query: { limit: MOST, kind },
    live: SOURCE_EVENTS,
    keep: true,
  });
  const clear = () => set((query) => ['search', 'kind'].forEach((key) => query.delete(key)));
  const narrow = (next: string | undefined) =>
    set((query) => (next === undefined ? query.delete('kind') : query.set('kind', next)), { push: true });
  return (
    <Loaded query={problems} what="Problems">
      {({ items, totalItems, kinds }) => {
        const all = allOf(kinds);
        if (all === 0)
          return (
            <State status="healthy" title="Every document is good">
              Broken documents, names that two sources claim, and files that are missing would stand here with line and reason.
            </State>
          );
        const shown = words === '' ? items : items.filter((problem) => textOf(problem).includes(words));
        return (
          <>
            <NarrowBy
              label="Sorts of problems"
              sorts={[
                { value: undefined, label: 'All', count: all },
                ...problemSorts.map((sort) => ({ value: sort.kind, label: sort.label, count: kinds[sort.kind] ?? 0 })),
              ]}
              value={kind}
              onChange={narrow}
            />
            {shown.length === 0 ? (
              <EmptyFilter noun="problem" filters={(words === '' ? 0 : 1) + (kind === undefined ? 0 : 1)} onClear={clear} />
            ) : (
              <ProblemList problems={shown} withSource />
            )}
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
  );
}

/** How many there are in all, of what is counted by sort. */
export const allOf = (kinds: ProblemPage['kinds']): number => Object.values(kinds).reduce((sum, n) => sum + n, 0);

const textOf = (problem: SourceProblem): string =>
  `${placeOf(problem.source)} ${problem.message} ${problem.ref ?? ''} ${placeOf(problem.other ?? '')}`.toLowerCase();
