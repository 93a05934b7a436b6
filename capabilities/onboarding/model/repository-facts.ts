import { isManifest } from './read-manifest.ts';

/** What is known of a repository before it is described. Texts are those of `filesToRead`, as far as they are there. */
export interface RepositoryFacts {
  /** For people: `shop/checkout`. */
  readonly label: string;
  readonly description?: string | undefined;
  readonly paths: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  /** Who owns the repository itself, when the platform keeps that. */
  readonly ownerRefs: readonly string[];
  /** Address on github.com or gitlab.com, when it is there. */
  readonly webUrl?: string | undefined;
}

const MOST = 80;
/** Packages of a monorepo whose files are read. */
const MOST_NESTED = 40;
const DEEPEST = 4;
const telling = /^(Dockerfile|README(\.md|\.rst|\.txt)?|mkdocs\.ya?ml|config\.ru)$/i;
const owners = /^((\.github|\.gitlab|\.gitea|\.forgejo|\.bitbucket|docs)\/)?CODEOWNERS$/;
const skipped = /(^|\/)(node_modules|vendor|third_party|testdata|tests?|__tests__|fixtures|examples?|dist|build|target|\.git)\//i;

/** Kinds of interface definitions, by how their files are called. */
export const definitionFiles = [
  { type: 'openapi', pattern: /(^|\/)[^/]*(openapi|swagger)[^/]*\.(ya?ml|json)$/i },
  { type: 'asyncapi', pattern: /(^|\/)[^/]*asyncapi[^/]*\.(ya?ml|json)$/i },
  { type: 'graphql', pattern: /(^|\/)(schema\.graphql|[^/]+\.graphqls)$/i },
  { type: 'grpc', pattern: /(^|\/)[^/]+\.proto$/i },
] as const;

export type DefinitionType = (typeof definitionFiles)[number]['type'];

/** What kind of interface a file describes by its name; undefined for all others. */
export function definitionType(path: string): DefinitionType | undefined {
  return skipped.test(`${path}/`.replace(/\/$/, '')) ? undefined : definitionFiles.find(({ pattern }) => pattern.test(path))?.type;
}

/** The files worth reading, most telling first; never more than a request's worth. */
export function filesToRead(paths: readonly string[]): string[] {
  const isOwn = (path: string): boolean => !skipped.test(path) && isManifest(path);
  const top = paths.filter((path) => telling.test(path) || owners.test(path) || (!path.includes('/') && isOwn(path)));
  const nested = paths.filter((path) => path.includes('/') && path.split('/').length <= DEEPEST && isOwn(path)).slice(0, MOST_NESTED);
  const definitions = paths.filter((path) => path.split('/').length <= 6 && definitionType(path) !== undefined);
  return [...top, ...nested, ...definitions].slice(0, MOST);
}

/** Whether the repository describes itself already, be it in one of its folders. */
export const describesItself = (paths: readonly string[]): boolean =>
  paths.some((path) => /(^|\/)\.?catalog-info\.ya?ml$/.test(path) && !skipped.test(path));
