import { parse, stringify } from 'yaml';
import { codeOwnersPaths, ownerFor, parseCodeOwners, ruleFor, type Directory } from '@paved/ownership';
import { parseRef, type JsonObject } from '@paved/kernel';
import { manifestsOf, type Manifest } from './read-manifest.ts';
import { definitionType, type DefinitionType, type RepositoryFacts } from './repository-facts.ts';

/** Why a field says what it says. */
export interface Evidence {
  /** Field of the entity: `metadata.name`, `spec.owner`. */
  readonly field: string;
  readonly value: string;
  /** File, or what else it was taken from. */
  readonly from: string;
  readonly words: string;
}

export type Confidence = 'high' | 'medium' | 'low';

/** What a repository could say of itself. */
export interface Proposed {
  readonly path: string;
  readonly text: string;
  readonly refs: readonly string[];
  readonly ownerRef?: string;
  readonly evidence: readonly Evidence[];
  readonly confidence: Confidence;
}

const serverLibraries =
  /^(express|fastify|koa|@nestjs\/core|hapi|@hapi\/hapi|hono|flask|django|fastapi|aiohttp|tornado|uvicorn|gunicorn|spring-boot.*|quarkus.*|micronaut.*|ktor.*|axum|actix-web|rocket|warp|laravel\/framework|symfony\/.*|github\.com\/(gin-gonic\/gin|labstack\/echo.*|gofiber\/fiber.*|gorilla\/mux|go-chi\/chi.*)|google\.golang\.org\/grpc)$/i;
const pageLibraries = /^(react-dom|vue|svelte|@angular\/core|preact|solid-js|next|nuxt|astro|gatsby)$/i;
const MOST_APIS = 10;

/** Describes a repository by what is in it. `taken` says whether an entity of this reference is there already. */
export function propose(facts: RepositoryFacts, directory: Directory, taken: (ref: string) => boolean): Proposed {
  const evidence: Evidence[] = [];
  const note = (field: string, value: string, from: string, words: string): string => {
    evidence.push({ field, value, from, words });
    return value;
  };
  const manifests = manifestsOf(facts.texts);
  const name = nameOf(facts, manifests, taken, note);
  const readme = readmeOf(facts.texts);
  if (readme?.title !== undefined && asName(readme.title) !== name) note('metadata.title', readme.title, readme.file, 'its heading');
  const described = manifests.find((one) => one.description !== undefined);
  const description =
    described?.description !== undefined
      ? note('metadata.description', described.description, described.file, 'the package’s description')
      : facts.description !== undefined && facts.description !== ''
        ? note('metadata.description', facts.description, facts.label, 'the repository’s description')
        : readme?.lead === undefined
          ? undefined
          : note('metadata.description', readme.lead, readme.file, 'its first paragraph');
  const languages = [...new Set(manifests.map((one) => note('metadata.tags', one.language, one.file, 'the language of the package')))];
  const type = typeOf(facts, manifests, note);
  const version = manifests.find((one) => one.version !== undefined);
  const early = version?.version?.startsWith('0.') === true;
  const lifecycle = early
    ? note('spec.lifecycle', 'experimental', version.file, `version ${version.version}`)
    : note('spec.lifecycle', 'production', 'nothing', 'what most are');
  const owner = ownerOf(facts, directory, note);
  const annotations: Record<string, string> = {};
  const mkdocs = facts.paths.find((path) => /^mkdocs\.ya?ml$/.test(path));
  if (mkdocs !== undefined)
    annotations['backstage.io/techdocs-ref'] = note('metadata.annotations', 'dir:.', mkdocs, 'its documentation is built from here');
  const forge = /^https:\/\/(github|gitlab)\.com\/(.+?)\/?$/.exec(facts.webUrl ?? '');
  if (forge !== null) annotations[`${forge[1]}.com/project-slug`] = forge[2]?.replace(/\/(tree|blob|-)\/.*$/, '') ?? '';
  const apis = apisOf(facts, name, taken, note);
  const ownerText = owner === undefined ? 'unknown' : shortOwner(owner);
  const component: JsonObject = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      ...(readme?.title !== undefined && asName(readme.title) !== name ? { title: readme.title } : {}),
      ...(description === undefined ? {} : { description }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(languages.length === 0 ? {} : { tags: languages }),
    },
    spec: { type, lifecycle, owner: ownerText, ...(apis.length === 0 ? {} : { providesApis: apis.map((api) => api.name) }) },
  };
  const documents = [
    component,
    ...apis.map((api): JsonObject => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: { name: api.name, ...(api.title === undefined ? {} : { title: api.title }) },
      spec: { type: api.type, lifecycle, owner: ownerText, definition: { $text: `./${api.path}` } },
    })),
  ];
  return {
    path: 'catalog-info.yaml',
    text: documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n'),
    refs: [`component:default/${name}`, ...apis.map((api) => `api:default/${api.name}`)],
    ...(owner === undefined ? {} : { ownerRef: owner }),
    evidence,
    confidence: confidenceOf(owner !== undefined, manifests.length > 0, description !== undefined),
  };
}

type Note = (field: string, value: string, from: string, words: string) => string;

function confidenceOf(owner: boolean, manifest: boolean, description: boolean): Confidence {
  if (!owner) return 'low';
  return manifest && description ? 'high' : 'medium';
}

/** A name that the catalog takes. */
export function asName(text: string): string {
  return text
    .toLowerCase()
    .replace(/^@[^/]+\//, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '');
}

function nameOf(facts: RepositoryFacts, manifests: readonly Manifest[], taken: (ref: string) => boolean, note: Note): string {
  const repository = facts.label.split('/').at(-1) ?? facts.label;
  const named = manifests.find((one) => one.name !== undefined && asName(one.name) !== '');
  const choices: [string, string, string][] = [
    ...(named?.name === undefined
      ? []
      : [[asName(named.name.split('/').at(-1) ?? named.name), named.file, 'the package’s name'] as [string, string, string]]),
    [asName(repository), facts.label, 'the repository’s name'],
    [asName(facts.label.replaceAll('/', '-')), facts.label, 'project and repository, because the name is taken'],
  ];
  const [value, from, words] = choices.find(([one]) => one !== '' && !taken(`component:default/${one}`)) ??
    choices.at(-1) ?? ['component', '', ''];
  return note('metadata.name', value, from, words);
}

function typeOf(facts: RepositoryFacts, manifests: readonly Manifest[], note: Note): string {
  for (const { file, dependencies, runs } of manifests) {
    const server = dependencies.find((one) => serverLibraries.test(one));
    if (server !== undefined) return note('spec.type', 'service', file, `it depends on ${server}`);
    const pages = dependencies.find((one) => pageLibraries.test(one));
    if (pages !== undefined) return note('spec.type', 'website', file, `it depends on ${pages}`);
    if (runs === true) return note('spec.type', 'service', file, 'it has a start script');
  }
  if (facts.texts['Dockerfile'] !== undefined) return note('spec.type', 'service', 'Dockerfile', 'it is built into an image');
  if (facts.paths.includes('index.html')) return note('spec.type', 'website', 'index.html', 'a page at its root');
  if (facts.paths.some((path) => path.endsWith('.tf')))
    return note('spec.type', 'infrastructure', facts.paths.find((path) => path.endsWith('.tf')) ?? '', 'Terraform');
  const [first] = manifests;
  return first === undefined
    ? note('spec.type', 'other', 'nothing', 'no package file is there')
    : note('spec.type', 'library', first.file, 'a package that nothing starts');
}

function ownerOf(facts: RepositoryFacts, directory: Directory, note: Note): string | undefined {
  for (const path of codeOwnersPaths) {
    const text = facts.texts[path];
    const rule = text === undefined ? undefined : ruleFor(parseCodeOwners(text), '');
    for (const word of rule?.owners ?? []) {
      const ref = ownerFor(directory, word);
      if (ref !== undefined) return note('spec.owner', ref, path, `line ${rule?.line}: ${word}`);
    }
  }
  const [ref] = facts.ownerRefs;
  return ref === undefined ? undefined : note('spec.owner', ref, facts.label, 'who owns the repository');
}

const shortOwner = (ref: string): string => {
  const { kind, namespace, name } = parseRef(ref);
  const short = namespace === 'default' ? name : `${namespace}/${name}`;
  return kind === 'group' ? short : `${kind}:${short}`;
};

function readmeOf(texts: RepositoryFacts['texts']): { file: string; title?: string; lead?: string } | undefined {
  const file = Object.keys(texts).find((path) => /^README(\.md)?$/i.test(path));
  const text = file === undefined ? undefined : texts[file];
  if (file === undefined || text === undefined) return undefined;
  const plain = (words: string): string =>
    words
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[`*_]|<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const title = plain(/^#\s+(.+?)\s*#*$/m.exec(text)?.[1] ?? /^(.+)\r?\n=+\s*$/m.exec(text)?.[1] ?? '').slice(0, 100);
  const lead = text
    .split(/\r?\n\s*\r?\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '' && !/^(#|=|\||```|<|\[!\[|!\[|[-*] )/.test(block) && !/\n=+\s*$/.test(block))
    .map(plain)
    .find((block) => block.length > 10);
  const sentence = lead === undefined ? undefined : (/^.{10,200}?[.!?](?=\s|$)/.exec(lead)?.[0] ?? lead.slice(0, 200));
  return { file, ...(title === '' ? {} : { title }), ...(sentence === undefined ? {} : { lead: sentence }) };
}

interface FoundApi {
  readonly name: string;
  readonly title?: string;
  readonly type: DefinitionType;
  readonly path: string;
}

function apisOf(facts: RepositoryFacts, component: string, taken: (ref: string) => boolean, note: Note): FoundApi[] {
  const found: FoundApi[] = [];
  const names = new Set<string>();
  for (const path of facts.paths) {
    const type = definitionType(path);
    const text = facts.texts[path];
    if (type === undefined || text === undefined || found.length >= MOST_APIS) continue;
    const title = titleIn(type, text);
    if (title === undefined) continue;
    const wanted = [
      title === '' ? '' : asName(title),
      component,
      `${component}-${asName(
        path
          .split('/')
          .at(-1)
          ?.replace(/\.[^.]+$/, '') ?? '',
      )}`,
      `${component}-${type}`,
    ];
    const name = wanted.find((one) => one !== '' && !names.has(one) && !taken(`api:default/${one}`));
    if (name === undefined) continue;
    names.add(name);
    note('spec.providesApis', name, path, `${type}${title === '' ? '' : `: ${title}`}`);
    found.push({ name, type, path, ...(title === '' || asName(title) === title ? {} : { title }) });
  }
  return found;
}

/** The title an interface gives itself, `''` when it gives none; undefined when the file is no such interface. */
function titleIn(type: DefinitionType, text: string): string | undefined {
  if (type === 'graphql') return /\b(type|schema|interface)\b/.test(text) ? '' : undefined;
  if (type === 'grpc') return /^\s*service\s+(\w+)/m.exec(text)?.[1];
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
  const root = value as { openapi?: unknown; swagger?: unknown; asyncapi?: unknown; info?: { title?: unknown } } | null;
  if (root === null || typeof root !== 'object') return undefined;
  if ((type === 'openapi' ? (root.openapi ?? root.swagger) : root.asyncapi) === undefined) return undefined;
  return typeof root.info?.title === 'string' ? root.info.title : '';
}
