import { serviceRef, type Actor } from '@paved/kernel';
import type { ProvidedEntity } from '@paved/catalog';
import type { Config } from '@paved/host';
import type { ForgeTeam, ForgeUser } from './model/organisation.ts';

export type { ForgeTeam, ForgeUser };
export { linkRelations, nextLink } from './model/link-header.ts';

/** Kinds of forges. */
export type ForgeType = 'github' | 'gitlab' | 'gitea' | 'bitbucketCloud' | 'azure';

/** One forge that the configuration names, ready to use. */
export interface Integration {
  readonly type: ForgeType;
  /** Unique among all integrations; also its id in webhooks and commands. */
  readonly host: string;
  /** Origin (and path) of its pages, without trailing slash: `https://github.com`. */
  readonly webUrl: string;
  /** Root of its API, without trailing slash. */
  readonly apiUrl: string;
  readonly token?: string;
  /** Bitbucket: account of an app password or API token; Azure: ignored. */
  readonly username?: string;
  readonly password?: string;
  readonly apps?: readonly GitHubApp[];
  /** Azure DevOps: organisations that the token is for. */
  readonly organizations?: readonly string[];
  readonly webhookSecrets: readonly string[];
}

/** A GitHub App that signs its own tokens. */
export interface GitHubApp {
  readonly appId: number;
  readonly privateKey: string;
  readonly allowedInstallationOwners?: readonly string[];
}

/** An answer of a forge's API. */
export interface ForgeAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly text: string;
  json<T>(): T;
}

/** Sends requests to one forge: deadlines, retries, rate limits, conditional requests and redirects are taken care of. */
export type ForgeHttp = (
  url: string,
  request?: {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON, unless it is a text or bytes. */
    readonly body?: unknown;
    /** Statuses that are answered instead of thrown, for example 404. */
    readonly accept?: readonly number[];
    readonly signal?: AbortSignal;
  },
) => Promise<ForgeAnswer>;

/** What a driver gets. */
export interface ForgeTools {
  readonly http: ForgeHttp;
  readonly now: () => Date;
}

/** What a URL of a forge means. */
export interface ForgeAddress {
  readonly repository: string;
  readonly ref?: string;
  readonly path: string;
}

export interface ForgeRepository {
  /** As the forge writes it in URLs. */
  readonly fullName: string;
  readonly name: string;
  readonly url: string;
  readonly cloneUrl: string;
  /** Undefined while it is empty. */
  readonly defaultBranch?: string;
  readonly description?: string;
  readonly topics: readonly string[];
  readonly archived: boolean;
  readonly fork: boolean;
  readonly visibility: 'public' | 'private' | 'internal';
  /** Bitbucket and Azure: the project it stands in. */
  readonly project?: string;
  readonly language?: string;
  /** Changes with every push to it; undefined when the forge's lists do not tell. */
  readonly stamp?: string;
}

/** A commit as it stands on a branch. */
export interface WrittenCommit {
  readonly sha: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly login?: string };
  readonly at: string;
}

/** Files to commit; undefined deletes. */
export interface ForgeCommit {
  readonly branch: string;
  /** The commit the files were read at, and the branch stands at; a branch that is not there is made from it. */
  readonly from: string;
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly message: string;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
}

export interface ForgeOrganisation {
  readonly users: readonly ForgeUser[];
  readonly teams: readonly ForgeTeam[];
}

/** A webhook delivery, as it came. */
export interface Delivery {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
}

/** What a webhook says has changed. */
export type ForgeChange =
  | { readonly type: 'push'; readonly repository: string; readonly branch: string; readonly deleted: boolean; readonly commit?: string }
  | {
      readonly type: 'repository';
      readonly repository: string;
      readonly change: 'created' | 'changed' | 'renamed' | 'deleted';
      /** The name before a rename or transfer. */
      readonly before?: string;
    }
  | {
      readonly type: 'team';
      readonly owner: string;
      readonly slug: string;
      readonly change: 'changed' | 'deleted';
    }
  | {
      readonly type: 'member';
      readonly owner: string;
      readonly login: string;
      /** Of the whole organisation, or of a team. */
      readonly team?: string;
      readonly change: 'added' | 'removed';
    }
  /** Something about people or teams, which the forge does not tell precisely enough: everything is asked again. */
  | { readonly type: 'organisation' };

/** A forge, opened with one integration. Names of repositories are `ForgeAddress.repository`. Throws PavedErrors. */
export interface Forge {
  readonly integration: Integration;
  /** What a web address means; undefined when it is none of this forge's. */
  parse(url: string): ForgeAddress | undefined;
  /** The web address for a file (`view`, `edit`), a folder (`tree`) or the repository (empty path without ref). */
  format(address: ForgeAddress, as: 'view' | 'edit' | 'tree'): string;
  /** All repositories of an organisation, group (with its subgroups), workspace or project, page by page. */
  repositories(owner: string, signal?: AbortSignal): AsyncIterable<readonly ForgeRepository[]>;
  repository(name: string): Promise<ForgeRepository | undefined>;
  /** The commit that a branch or tag points to; undefined when there is none. */
  head(repository: string, ref: string): Promise<string | undefined>;
  /** Paths of all files at a commit. Throws `too_large` when the forge does not list them all. */
  tree(repository: string, commit: string): Promise<readonly string[]>;
  read(repository: string, ref: string, path: string): Promise<Uint8Array | undefined>;
  commits(repository: string, query: { ref: string; path?: string; limit: number }): Promise<readonly WrittenCommit[]>;
  /**
   * One commit with all files, on a branch that is made when it is not there. Throws `conflict` when the branch moved on from `from`;
   * a forge that compares file by file may take a commit beside one that changed other files.
   */
  commit(repository: string, commit: ForgeCommit): Promise<{ sha: string }>;
  /** The open pull request of a branch. */
  findPullRequest(repository: string, head: string, base: string): Promise<PullRequest | undefined>;
  openPullRequest(repository: string, request: { head: string; base: string; title: string; body: string }): Promise<PullRequest>;
  /** People and teams. */
  organisation(owner: string, signal?: AbortSignal): Promise<ForgeOrganisation>;
  /** One team with its members; undefined when it is gone or hidden. */
  team(owner: string, slug: string): Promise<ForgeTeam | undefined>;
  user(login: string): Promise<ForgeUser | undefined>;
  /** Who the credentials belong to: shows that they work. */
  whoAmI(): Promise<string>;
}

/** What verifying a signature needs. */
export interface SignatureTools {
  /** HMAC-SHA-256 over the parts, one after the other. */
  hmac(key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Uint8Array;
  /** Compares in constant time; unequal lengths are unequal. */
  equal(a: string | Uint8Array, b: string | Uint8Array): boolean;
}

/** How a kind of forge is talked to, and how its webhooks are read. */
export interface ForgeDriver {
  readonly type: ForgeType;
  /** What people call it. */
  readonly title: string;
  open(integration: Integration, tools: ForgeTools): Forge;
  readonly webhook: {
    /** Whether the delivery comes from someone who knows the secret. Compares in constant time. */
    verify(delivery: Delivery, secret: string, tools: SignatureTools): boolean;
    /** Unique for each delivery, the same when the forge sends it again. */
    id(delivery: Delivery): string;
    /** Throws for a body that is not what the forge documents. */
    changes(delivery: Delivery, integration: Integration): readonly ForgeChange[];
    /** Where and how people set it up, one step each. */
    setUp(url: string, integration: Integration): readonly string[];
  };
}

/** Reads people and groups out of a directory (LDAP), by the settings of one entry below `catalog.providers.ldap`. */
export type DirectoryReader = (
  settings: Config['catalog']['providers']['ldap'][string],
  context: { readonly signal: AbortSignal; log(text: string): void },
) => Promise<readonly ProvidedEntity[]>;

/** What a URL of a configured forge means. */
export interface ForgePlace {
  readonly integration: Integration;
  /** `owner/name`, `group/sub/name`, `project/repository`: as the forge writes it. */
  readonly repository: string;
  /** Web address of the repository. */
  readonly repositoryUrl: string;
  /** Branch, tag or commit in the URL; absent: the default branch. */
  readonly ref?: string;
  /** Path inside the repository; `''` for its root. May hold a pattern. */
  readonly path: string;
}

/** A change of files by commit or pull request. `url` is any address in the repository, for example that of an entity's file. */
export interface FileChange {
  readonly url: string;
  /** Path in the repository → new text; undefined deletes. */
  readonly files: Readonly<Record<string, string | undefined>>;
  /** The same key again gives what was made before. */
  readonly key: string;
  /** The commit that the files were read at: a commit is refused as `stale` when the branch has moved, a pull request branches off here. */
  readonly revision?: string;
  /** None of the files may be there yet: refused as `stale` when one is by now, so that nobody's new file is overwritten. */
  readonly onlyNew?: boolean;
}

/** A pull request (merge request) on a forge. */
export interface OpenedPullRequest {
  readonly url: string;
  readonly number: number;
  readonly branch: string;
  /** False: an earlier call with the same key opened it. */
  readonly created: boolean;
}

/** Forges that the platform may talk to, as other capabilities use them. All URLs are web addresses (`https://github.com/acme/api/blob/main/x.yaml`). */
export interface Forges {
  /** What a URL means; undefined when no configured forge serves it. */
  place(url: string): ForgePlace | undefined;
  /** Every configured integration, without secrets. */
  list(): readonly IntegrationSummary[];
  /** Web address of another file of the repository, at the URL's branch. */
  fileUrl(url: string, path: string): Promise<string>;
  /** Web address of a repository, as `ForgePlace.repositoryUrl` has it; undefined when there is no such integration. */
  repositoryUrl(integration: string, repository: string): string | undefined;
  /** The repository a URL lies in. */
  repository(url: string): Promise<ForgeRepository | undefined>;
  /** All repositories of an organisation, group, workspace or project collection. */
  repositories(integration: string, owner: string): AsyncIterable<ForgeRepository>;
  /** Paths of all files at a URL's revision, with the commit. */
  tree(url: string): Promise<{ readonly revision: string; readonly paths: readonly string[] }>;
  /** A file's text; undefined when it is not there. Throws `too_large` above 1 MiB. */
  readText(url: string): Promise<{ readonly text: string; readonly revision: string; readonly url: string } | undefined>;
  /** The CODEOWNERS file of a repository, from where its forge looks for it. */
  codeowners(url: string): Promise<{ readonly text: string; readonly path: string } | undefined>;
  /** Latest commits of the URL's branch, newest first; of its path when it has one. */
  commits(url: string, limit: number): Promise<readonly WrittenCommit[]>;
  /**
   * Opens a pull request with these files on a branch of its own (`branch`: its name; made up when left out, `conflict` when another
   * change stands there). Idempotent by key. Audited.
   */
  openPullRequest(
    change: FileChange & { readonly title: string; readonly body: string; readonly base?: string; readonly branch?: string },
    actor: Actor,
  ): Promise<OpenedPullRequest>;
  /** Commits these files to a branch (default: that of the URL). Idempotent by key. Audited. */
  commit(change: FileChange & { readonly message: string; readonly branch?: string }, actor: Actor): Promise<{ sha: string; url: string }>;
}

/** An integration as people see it. */
export interface IntegrationSummary {
  /** The host: how webhooks and commands name it. */
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly apiUrl: string;
  /** `token`, `app`, `password` or `none`. */
  readonly credentials: 'token' | 'app' | 'password' | 'none';
  readonly webhookSecret: boolean;
  /** Requests left until the reset, as the forge said last. */
  readonly rate?: { readonly remaining: number; readonly resetAt: string };
}

export const forges = serviceRef<Forges>('forges');

/** Outbox event: a verified webhook brought a change. Subject is `<integration>:<delivery>`, `data` is `{ integration, changes }` (ForgeChange[]). */
export const FORGE_CHANGED = 'forges.webhook.received';
