import {
  bytes,
  capital,
  CodeView,
  CopyLine,
  Icon,
  IconButton,
  Link,
  Loaded,
  Prose,
  SkeletonRows,
  State,
  useData,
  useUrlState,
  withQuery,
} from '@paved/ui';
import { IconBrandGit, IconDownload, IconFile, IconFolder, IconLink, IconPackages } from '@tabler/icons-react';
import type { FileAnswer, ShownRepository, Tree } from '../shapes.ts';
import { BranchPicker } from './branch-picker.tsx';
import { CommitLine } from './commit-line.tsx';
import './file-browser.css';

const icons = { directory: IconFolder, file: IconFile, symlink: IconLink, submodule: IconPackages };

/** Folders, files and the README; where one is stands in the address (`?path=…&ref=…`). */
export function FileBrowser({ repository, here }: { repository: ShownRepository; here: string }) {
  const { params } = useUrlState();
  const ref = params.get('ref') ?? undefined;
  const path = params.get('path') ?? '';
  const isFile = params.get('view') === 'file';
  const at = (next: string, file: boolean) =>
    withQuery(here, { ...(ref ? { ref } : {}), ...(next === '' ? {} : { path: next }), ...(file ? { view: 'file' } : {}) });
  if (repository.empty) {
    return (
      <>
        <State icon={IconBrandGit} title="Nothing was pushed yet">
          The first push to {repository.defaultBranch} fills it. After “paved login” Git asks for nothing; elsewhere use your user name and
          a token.
        </State>
        <div className="p-first-push">
          <h3>Start in a new folder</h3>
          <CopyLine text={`git clone ${repository.cloneUrl}`} label="Copy the command" />
          <h3>Or push what you have</h3>
          <CopyLine
            text={`git remote add origin ${repository.cloneUrl} && git push -u origin HEAD:${repository.defaultBranch}`}
            label="Copy the commands"
          />
        </div>
      </>
    );
  }
  const parts = path === '' ? [] : path.split('/');
  return (
    <>
      <div className="p-path">
        <BranchPicker repository={repository} />
        <nav aria-label="Path" className="p-row wrap tight p-mono">
          <Link className="p-plain" href={at('', false)}>
            {repository.slug.split('/')[1]}
          </Link>
          {parts.map((part, i) => (
            <span key={i} className="p-row tight">
              <span className="p-t3">/</span>
              {i === parts.length - 1 ? (
                <b className="p-medium">{part}</b>
              ) : (
                <Link className="p-plain" href={at(parts.slice(0, i + 1).join('/'), false)}>
                  {part}
                </Link>
              )}
            </span>
          ))}
        </nav>
      </div>
      {isFile ? (
        <OneFile repository={repository} path={path} gitRef={ref} />
      ) : (
        <Folder repository={repository} path={path} gitRef={ref} at={at} />
      )}
    </>
  );
}

function Folder({
  repository,
  path,
  gitRef,
  at,
}: {
  repository: ShownRepository;
  path: string;
  gitRef: string | undefined;
  at: (path: string, file: boolean) => string;
}) {
  const api = `/api/repositories/${repository.slug}`;
  const live = { live: ['repositories.branch.pushed'], concerns: (event: { subject: string }) => event.subject === repository.slug };
  const tree = useData<Tree>(`${api}/tree`, { query: { ref: gitRef, path }, keep: true, ...live });
  const hasReadme = tree.data?.entries.some((entry) => /(^|\/)readme(\.\w+)?$/i.test(entry.path)) ?? false;
  return (
    <Loaded query={tree} what="Files" skeleton={<SkeletonRows label="Files" rows={10} height={36} />}>
      {(data) => (
        <>
          <div className="p-files">
            {data.lastCommit ? (
              <div className="first">
                <CommitLine commit={data.lastCommit} slug={repository.slug} />
              </div>
            ) : null}
            <ul>
              {path === '' ? null : (
                <li>
                  <Link href={at(path.split('/').slice(0, -1).join('/'), false)}>
                    <Icon of={IconFolder} /> <span className="p-mono">..</span>
                  </Link>
                </li>
              )}
              {data.entries.map((entry) => {
                const name = entry.path.split('/').at(-1) ?? entry.path;
                const full = entry.path.includes('/') || path === '' ? entry.path : `${path}/${entry.path}`;
                return (
                  <li key={entry.path}>
                    <Link href={at(full, entry.type !== 'directory')}>
                      <Icon of={icons[entry.type]} /> <span className="p-trunc">{name}</span>
                      {entry.size === undefined ? null : <span className="size">{bytes(entry.size)}</span>}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
          {hasReadme ? <Readme repository={repository} path={path} gitRef={gitRef} /> : null}
        </>
      )}
    </Loaded>
  );
}

function Readme({ repository, path, gitRef }: { repository: ShownRepository; path: string; gitRef: string | undefined }) {
  const readme = useData<{ path: string; html: string }>('/api/docs/readme', {
    query: { repository: repository.slug, ref: gitRef, path },
  });
  if (!readme.data) return null;
  return (
    <section className="p-readme" aria-label={readme.data.path}>
      <Prose html={readme.data.html} />
    </section>
  );
}

function OneFile({ repository, path, gitRef }: { repository: ShownRepository; path: string; gitRef: string | undefined }) {
  const file = useData<FileAnswer>(`/api/repositories/${repository.slug}/file`, { query: { ref: gitRef, path } });
  const { params, set } = useUrlState();
  const raw = withQuery(`/api/repositories/${repository.slug}/raw`, { ref: gitRef, path });
  const line = Number(params.get('line') ?? Number.NaN);
  const image = /\.(png|jpe?g|gif|webp|avif)$/i.test(path);
  return (
    <Loaded query={file} what="The file" skeleton={<SkeletonRows label="The file" rows={16} height={20} />}>
      {(data) => (
        <div className="p-files">
          {data.lastCommit ? (
            <div className="first">
              <CommitLine commit={data.lastCommit} slug={repository.slug} />
            </div>
          ) : null}
          <div className="filebar">
            <span className="p-t3 p-num">
              {bytes(data.size)}
              {data.binary ? '' : `, ${data.text.split('\n').length} lines`}
            </span>
            <span style={{ marginLeft: 'auto' }} />
            <a href={raw} download={path.split('/').at(-1)} tabIndex={-1}>
              <IconButton label="Download the file" icon={IconDownload} />
            </a>
          </div>
          {image ? (
            <img
              src={raw}
              alt={path.split('/').at(-1) ?? capital(path)}
              style={{ display: 'block', maxWidth: '100%', margin: '24px auto' }}
            />
          ) : data.binary ? (
            <p className="p-13 p-t2" style={{ padding: 16 }}>
              A binary file; download it to look inside.
            </p>
          ) : (
            <CodeView
              text={data.text}
              file={path}
              numbers
              flat
              chosen={Number.isNaN(line) ? undefined : line}
              onChoose={(n) => set((next) => next.set('line', String(n)))}
            />
          )}
          {data.truncated ? (
            <p className="p-13 p-t2" style={{ padding: 12 }}>
              Only the first MiB is shown.
            </p>
          ) : null}
        </div>
      )}
    </Loaded>
  );
}
