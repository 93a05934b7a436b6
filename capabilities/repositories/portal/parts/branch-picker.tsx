import { useData, useUrlState } from '@paved/ui';
import type { ShownRepository } from '../shapes.ts';
import './file-browser.css';

/** Chooses the branch or tag that a page shows; it stands in the address (`?ref=…`). */
export function BranchPicker({ repository }: { repository: ShownRepository }) {
  const { params, set } = useUrlState();
  const ref = params.get('ref') ?? undefined;
  const branches = useData<{ items: readonly { name: string }[]; tags: readonly { name: string }[] }>(
    `/api/repositories/${repository.slug}/branches`,
    {
      off: repository.empty,
      live: ['repositories.branch.pushed'],
      concerns: (event) => event.subject === repository.slug,
    },
  );
  return (
    <select
      className="p-input sm"
      aria-label="Branch or tag"
      value={ref ?? repository.defaultBranch}
      onChange={(event) =>
        set(
          (next) => {
            next.delete('cursor');
            if (event.target.value === repository.defaultBranch) next.delete('ref');
            else next.set('ref', event.target.value);
          },
          { push: true },
        )
      }
    >
      {(branches.data?.items ?? [{ name: repository.defaultBranch }]).map((branch) => (
        <option key={branch.name}>{branch.name}</option>
      ))}
      {branches.data?.tags.map((tag) => (
        <option key={`tag ${tag.name}`} value={tag.name}>
          {tag.name} (tag)
        </option>
      ))}
      {ref && branches.data && ![...branches.data.items, ...branches.data.tags].some((entry) => entry.name === ref) ? (
        <option value={ref}>{ref.slice(0, 12)}</option>
      ) : null}
    </select>
  );
}
