import { stringify } from 'yaml';
import { codeOwnersPaths, ownerFor, parseCodeOwners, ruleFor, type Directory } from '@paved/ownership';
import type { JsonObject } from '@paved/kernel';
import { asName } from './as-name.ts';
import { apisOf, type FoundApi } from './find-apis.ts';
import { unitsOf, type Unit } from './find-units.ts';
import { ownerWords } from './owner-words.ts';
import { readmeOf } from './read-readme.ts';
import type { RepositoryFacts } from './repository-facts.ts';

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
  /^(express|fastify|koa|@nestjs\/core|hapi|@hapi\/hapi|hono|flask|django|fastapi|aiohttp|tornado|uvicorn|gunicorn|(org\.springframework\.boot|spring-boot-starter-web.*|spring-boot.*)|(io\.)?quarkus.*|(io\.)?micronaut.*|(io\.)?ktor.*|axum|actix-web|rocket|warp|laravel\/framework|symfony\/.*|slim\/slim|rails|sinatra|roda|grape|puma|Microsoft\.NET\.Sdk\.Web|Microsoft\.AspNetCore\.App|Grpc\.AspNetCore.*|github\.com\/(gin-gonic\/gin|labstack\/echo.*|gofiber\/fiber.*|gorilla\/mux|go-chi\/chi.*)|google\.golang\.org\/grpc)$/i;
const pageLibraries =
  /^(react-dom|vue|svelte|@angular\/core|preact|solid-js|next|nuxt|astro|gatsby|Microsoft\.NET\.Sdk\.BlazorWebAssembly)$/i;

type Note = (field: string, value: string, from: string, words: string) => string;

interface Described {
  readonly name: string;
  readonly owner: string | undefined;
  readonly lifecycle: string;
  readonly hasDescription: boolean;
  readonly hasManifest: boolean;
  readonly document: (apis: readonly FoundApi[]) => JsonObject;
}

/**
 * Describes a repository by what is in it: one component, or one for each package of a monorepo, and the interfaces that it defines.
 * `taken` says whether an entity of this reference is there already.
 */
export function propose(facts: RepositoryFacts, directory: Directory, taken: (ref: string) => boolean): Proposed {
  const evidence: Evidence[] = [];
  const note: Note = (field, value, from, words) => {
    evidence.push({ field, value, from, words });
    return value;
  };
  const units = unitsOf(facts);
  const names = new Set<string>();
  const isTaken = (ref: string): boolean => names.has(ref) || taken(ref);
  const documents: JsonObject[] = [];
  const components: Described[] = [];
  const refs: string[] = [];
  for (const [i, unit] of units.entries()) {
    const described = describe(facts, unit, directory, isTaken, note);
    names.add(`component:default/${described.name}`);
    // What lies in no package belongs to the first one.
    const inside = (path: string): boolean => {
      const holder = units.find((one) => one.folder === '' || path.startsWith(`${one.folder}/`));
      return holder === undefined ? i === 0 : holder === unit;
    };
    const apis = apisOf(facts, described.name, { inside, taken: isTaken, note });
    for (const api of apis) names.add(`api:default/${api.name}`);
    components.push(described);
    documents.push(described.document(apis), ...apis.map((api) => apiDocument(api, described)));
    refs.push(`component:default/${described.name}`, ...apis.map((api) => `api:default/${api.name}`));
  }
  const owners = new Set(components.map(({ owner }) => owner));
  const [owner] = owners;
  return {
    path: 'catalog-info.yaml',
    text: documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n'),
    refs,
    ...(owner === undefined || owners.size > 1 ? {} : { ownerRef: owner }),
    evidence,
    confidence: confidenceOf(components),
  };
}

function confidenceOf(components: readonly Described[]): Confidence {
  if (components.some(({ owner }) => owner === undefined)) return 'low';
  return components.every(({ hasManifest, hasDescription }) => hasManifest && hasDescription) ? 'high' : 'medium';
}

const ownerText = (owner: string | undefined): string => (owner === undefined ? 'unknown' : ownerWords(owner));

const apiDocument = (api: FoundApi, { owner, lifecycle }: Described): JsonObject => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'API',
  metadata: { name: api.name, ...(api.title === undefined ? {} : { title: api.title }) },
  spec: { type: api.type, lifecycle, owner: ownerText(owner), definition: { $text: `./${api.path}` } },
});

function describe(facts: RepositoryFacts, unit: Unit, directory: Directory, taken: (ref: string) => boolean, note: Note): Described {
  const { folder, manifests } = unit;
  const isWhole = folder === '';
  const name = nameOf(facts, unit, taken, note);
  const readme = isWhole ? readmeOf(facts.texts) : undefined;
  const title =
    readme?.title !== undefined && asName(readme.title) !== name
      ? note('metadata.title', readme.title, readme.file, 'its heading')
      : undefined;
  const described = manifests.find((one) => one.description !== undefined);
  const description =
    described?.description !== undefined
      ? note('metadata.description', described.description, described.file, 'the package’s description')
      : isWhole && facts.description !== undefined && facts.description !== ''
        ? note('metadata.description', facts.description, facts.label, 'the repository’s description')
        : readme?.lead === undefined
          ? undefined
          : note('metadata.description', readme.lead, readme.file, 'its first paragraph');
  const languages = new Map<string, string>();
  for (const { language, file } of manifests) if (!languages.has(language)) languages.set(language, file);
  for (const [language, file] of languages) note('metadata.tags', language, file, 'the language of the package');
  const type = typeOf(facts, unit, note);
  const version = manifests.find((one) => one.version !== undefined);
  const lifecycle =
    version?.version?.startsWith('0.') === true
      ? note('spec.lifecycle', 'experimental', version.file, `version ${version.version}`)
      : note('spec.lifecycle', 'production', 'nothing', 'what most are');
  const owner = ownerOf(facts, folder, directory, note);
  const annotations: Record<string, string> = {};
  const mkdocs = ['mkdocs.yml', 'mkdocs.yaml']
    .map((file) => (isWhole ? file : `${folder}/${file}`))
    .find((file) => facts.paths.includes(file));
  if (mkdocs !== undefined)
    annotations['backstage.io/techdocs-ref'] = note(
      'metadata.annotations',
      isWhole ? 'dir:.' : `dir:./${folder}`,
      mkdocs,
      'its documentation is built from here',
    );
  const forge = /^https:\/\/(github|gitlab)\.com\/(.+?)\/?$/.exec(facts.webUrl ?? '');
  if (forge !== null) annotations[`${forge[1]}.com/project-slug`] = forge[2]?.replace(/\/(tree|blob|-)\/.*$/, '') ?? '';
  return {
    name,
    owner,
    lifecycle,
    hasDescription: description !== undefined,
    hasManifest: manifests.length > 0,
    document: (apis) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name,
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        ...(languages.size === 0 ? {} : { tags: [...languages.keys()] }),
      },
      spec: {
        type,
        lifecycle,
        owner: ownerText(owner),
        ...(apis.length === 0 ? {} : { providesApis: apis.map((api) => api.name) }),
      },
    }),
  };
}

function nameOf(facts: RepositoryFacts, { folder, manifests }: Unit, taken: (ref: string) => boolean, note: Note): string {
  const repository = facts.label.split('/').at(-1) ?? facts.label;
  const named = manifests.find((one) => one.name !== undefined && asName(one.name) !== '');
  const last = folder.split('/').at(-1) ?? folder;
  const choices: [string, string, string][] = [
    ...(named?.name === undefined
      ? []
      : [[asName(named.name.split('/').at(-1) ?? named.name), named.file, 'the package’s name'] as [string, string, string]]),
    ...(folder === ''
      ? ([
          [asName(repository), facts.label, 'the repository’s name'],
          [asName(facts.label.replaceAll('/', '-')), facts.label, 'project and repository, because the name is taken'],
        ] as [string, string, string][])
      : ([
          [asName(last), folder, 'the folder’s name'],
          [asName(`${repository}-${last}`), folder, 'repository and folder, because the name is taken'],
          [asName(`${repository}-${folder.replaceAll('/', '-')}`), folder, 'repository and folders, because the name is taken'],
        ] as [string, string, string][])),
  ];
  const [value, from, words] = choices.find(([one]) => one !== '' && !taken(`component:default/${one}`)) ??
    choices.at(-1) ?? ['component', '', ''];
  return note('metadata.name', value, from, words);
}

function typeOf(facts: RepositoryFacts, { folder, manifests }: Unit, note: Note): string {
  for (const { file, dependencies, runs } of manifests) {
    const server = dependencies.find((one) => serverLibraries.test(one));
    if (server !== undefined) return note('spec.type', 'service', file, `it depends on ${server}`);
    const pages = dependencies.find((one) => pageLibraries.test(one));
    if (pages !== undefined) return note('spec.type', 'website', file, `it depends on ${pages}`);
    if (runs === true)
      return note('spec.type', 'service', file, file.endsWith('package.json') ? 'it has a start script' : 'it is a program');
  }
  const here = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  const own = facts.paths.filter((path) => folder === '' || path.startsWith(`${folder}/`));
  if (own.includes(here('Dockerfile'))) return note('spec.type', 'service', here('Dockerfile'), 'it is built into an image');
  if (own.includes(here('config.ru'))) return note('spec.type', 'service', here('config.ru'), 'it is started by Rack');
  if (own.includes(here('index.html'))) return note('spec.type', 'website', here('index.html'), 'a page at its root');
  const [first] = manifests;
  const terraform = own.find((path) => path.endsWith('.tf'));
  if (first === undefined && terraform !== undefined) return note('spec.type', 'infrastructure', terraform, 'Terraform');
  return first === undefined
    ? note('spec.type', 'other', 'nothing', 'no package file is there')
    : note('spec.type', 'library', first.file, 'a package that nothing starts');
}

function ownerOf(facts: RepositoryFacts, folder: string, directory: Directory, note: Note): string | undefined {
  for (const path of codeOwnersPaths) {
    const text = facts.texts[path];
    const rule = text === undefined ? undefined : ruleFor(parseCodeOwners(text), folder);
    for (const word of rule?.owners ?? []) {
      const ref = ownerFor(directory, word);
      if (ref !== undefined) return note('spec.owner', ref, path, `line ${rule?.line}: ${word}`);
    }
  }
  const [ref] = facts.ownerRefs;
  return ref === undefined ? undefined : note('spec.owner', ref, facts.label, 'who owns the repository');
}
