import type { Problem } from '@paved/kernel';
import { isAbsoluteUrl } from './absolute-url.ts';

/** Backstage 1.55's rules for the fields of the envelope ("Kubernetes-like"). Each answers undefined when the value fits. */
type Rule = (value: unknown) => string | undefined;

const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const namespacePattern = /^[a-z0-9]+(?:-+[a-z0-9]+)*$/;
const tagPattern = /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/;
const kindPattern = /^[a-zA-Z][a-z0-9A-Z]*$/;
const dnsLabel = /^[a-z0-9]+(?:-+[a-z0-9]+)*$/;
const versionPattern = /^[a-z0-9A-Z]+$/;

const fits = (value: unknown, pattern: RegExp, max = 63): boolean =>
  typeof value === 'string' && value.length >= 1 && value.length <= max && pattern.test(value);

const isDnsSubdomain = (text: string): boolean =>
  text.length >= 1 && text.length <= 253 && text.split('.').every((label) => label.length <= 63 && dnsLabel.test(label));

const kindRule: Rule = (value) => (fits(value, kindPattern) ? undefined : 'a kind is 1 to 63 letters and digits and starts with a letter');

const nameRule: Rule = (value) =>
  fits(value, namePattern) ? undefined : 'a name is 1 to 63 letters, digits, "-", "_" or ".", and starts and ends with a letter or digit';

const namespaceRule: Rule = (value) =>
  fits(value, namespacePattern) ? undefined : 'a namespace is 1 to 63 lower-case letters, digits and inner dashes';

const tagRule: Rule = (value) =>
  fits(value, tagPattern) ? undefined : 'a tag is 1 to 63 lower-case letters, digits, ":", "+" or "#", parted by single dashes';

const apiVersionRule: Rule = (value) => {
  const parts = typeof value === 'string' ? value.split('/') : [];
  const suffix = parts.at(-1) ?? '';
  const prefixFits = parts.length === 1 || (parts.length === 2 && isDnsSubdomain(parts[0] ?? ''));
  return prefixFits && fits(suffix, versionPattern)
    ? undefined
    : 'an apiVersion is written group/version, for example backstage.io/v1alpha1';
};

const keyRule: Rule = (value) => {
  const parts = typeof value === 'string' ? value.split('/') : [];
  const prefixFits = parts.length === 1 || (parts.length === 2 && isDnsSubdomain(parts[0] ?? ''));
  return prefixFits && fits(parts.at(-1), namePattern)
    ? undefined
    : 'a key is a name of at most 63 characters, with an optional lower-case domain and one "/" before it';
};

const labelValueRule: Rule = (value) =>
  value === '' || fits(value, namePattern)
    ? undefined
    : 'a label’s value is empty or written like a name (at most 63 characters, no blanks)';

const urlRule: Rule = (value) =>
  typeof value === 'string' && isAbsoluteUrl(value) ? undefined : 'a link’s url is absolute, for example https://example.com';

const show = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `"${(text.length > 80 ? `${text.slice(0, 77)}…` : text).replace(invisible, escaped)}"`;
};

/** What stands in a text and is not seen: control characters, blanks that do not break, marks of width and direction. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const invisible = /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Problems that are told of one document: more help nobody. */
export const MAX_PROBLEMS = 20;

/** A sentence of bearable length, whatever was quoted in it. */
export const bearable = (sentence: string): string => (sentence.length > 500 ? `${sentence.slice(0, 498)}….` : sentence);

/** What to do about `<<`. */
export const UNMERGED_FIX = 'Merge keys are no part of YAML 1.2: write the fields out.';

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

const allowedRoots = ['apiVersion', 'kind', 'metadata', 'spec'];

/** Everything that is wrong with a document's envelope, in reading order; empty when it is well formed. */
export function envelopeProblems(document: unknown): Problem[] {
  if (!isObject(document))
    return [{ at: '/', message: 'The document is not a mapping.', fix: 'Start it with apiVersion, kind, metadata and spec.' }];
  const problems: Problem[] = [];
  const add = (at: string, message: string, fix: string): void => void problems.push({ at, message, fix });
  const check = (at: string, value: unknown, rule: Rule, fix: string): void => {
    const broken = rule(value);
    if (broken !== undefined) add(at, `${label(at)} is ${show(value)}, but ${broken}.`, fix);
  };

  for (const key of Object.keys(document)) {
    if (allowedRoots.includes(key) || problems.length >= MAX_PROBLEMS) continue;
    const reserved = key === 'relations' || key === 'status';
    add(
      `/${key}`,
      `The root field ${show(key)} is not allowed.`,
      reserved
        ? `Remove it: the catalog itself writes ${key}.`
        : key === '<<'
          ? UNMERGED_FIX
          : 'Move it below metadata or spec, or remove it.',
    );
  }
  if (document['apiVersion'] === undefined) add('/apiVersion', 'apiVersion is missing.', 'Add apiVersion: backstage.io/v1alpha1.');
  else check('/apiVersion', document['apiVersion'], apiVersionRule, 'Write apiVersion: backstage.io/v1alpha1.');
  if (document['kind'] === undefined) add('/kind', 'kind is missing.', 'Add the kind, for example kind: Component.');
  else check('/kind', document['kind'], kindRule, 'Write one of the known kinds, for example Component.');
  if (document['spec'] !== undefined && !isObject(document['spec']))
    add('/spec', 'spec is not a mapping.', 'Write its fields below spec, indented.');

  const metadata = document['metadata'];
  if (metadata === undefined) return [...problems, { at: '/metadata', message: 'metadata is missing.', fix: 'Add metadata with a name.' }];
  if (!isObject(metadata))
    return [...problems, { at: '/metadata', message: 'metadata is not a mapping.', fix: 'Write metadata with a name below it, indented.' }];
  if (metadata['name'] === undefined) add('/metadata/name', 'metadata.name is missing.', 'Add a name of letters, digits and dashes.');
  else check('/metadata/name', metadata['name'], nameRule, nameFix(metadata['name']));
  if (metadata['namespace'] !== undefined)
    check(
      '/metadata/namespace',
      metadata['namespace'],
      namespaceRule,
      `Write it as ${show(suggestName(metadata['namespace']).toLowerCase().replace(/[._]/g, '-'))}, or leave it out for "default".`,
    );
  for (const key of ['title', 'description', 'uid', 'etag']) {
    const value = metadata[key];
    if (value === undefined) continue;
    if (typeof value !== 'string') add(`/metadata/${key}`, `metadata.${key} is not a text.`, 'Put it in quotes.');
    else if (value === '' && key !== 'description') add(`/metadata/${key}`, `metadata.${key} is empty.`, 'Fill it in or leave it out.');
  }
  checkMap(metadata['labels'], 'labels', labelValueRule, problems);
  checkMap(
    lacksAnnotations(metadata['annotations']) ? undefined : metadata['annotations'],
    'annotations',
    (value) => (typeof value === 'string' ? undefined : 'an annotation’s value is a text'),
    problems,
  );
  checkTags(metadata['tags'], problems);
  checkLinks(metadata['links'], problems);
  return problems;
}

function nameFix(name: unknown): string {
  if (typeof name === 'string') return `Write it as ${show(suggestName(name))}; put a nicer text into metadata.title.`;
  if (name === null) return 'Write a name of letters, digits and dashes.';
  return typeof name === 'object'
    ? 'Write one text there; in {{ … }} it is a template that was not rendered.'
    : `Put it in quotes: without them YAML reads a ${typeof name}.`;
}

/** `annotations:` with nothing below it, which Backstage takes for none (other than labels and tags). */
export const lacksAnnotations = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

function checkMap(map: unknown, field: string, valueRule: Rule, problems: Problem[]): void {
  if (map === undefined) return;
  if (!isObject(map)) {
    problems.push({
      at: `/metadata/${field}`,
      message: `metadata.${field} is not a mapping.`,
      fix: `Write key: value pairs below ${field}, or leave it out.`,
    });
    return;
  }
  for (const [key, value] of Object.entries(map)) {
    if (problems.length >= MAX_PROBLEMS) return;
    const at = `/metadata/${field}/${pointerPart(key)}`;
    const badKey = keyRule(key);
    if (badKey !== undefined)
      problems.push({
        at,
        message: `The key ${show(key)} of metadata.${field} does not fit: ${badKey}.`,
        fix: 'Write it like example.com/my-key.',
      });
    const badValue = typeof value === 'string' ? valueRule(value) : 'the value is a text';
    if (badValue !== undefined)
      problems.push({
        at,
        message: `metadata.${field}[${show(key)}] is ${show(value)}, but ${badValue}.`,
        fix: textFix(key, value),
      });
  }
}

function textFix(key: string, value: unknown): string {
  if (typeof value === 'string') return 'Shorten it, or keep free text in an annotation.';
  if (key === '<<') return UNMERGED_FIX;
  return typeof value === 'object' && value !== null ? 'Write one text there.' : `Put it in quotes: "${String(value)}".`;
}

function checkTags(tags: unknown, problems: Problem[]): void {
  if (tags === undefined) return;
  if (!Array.isArray(tags)) {
    problems.push({
      at: '/metadata/tags',
      message: 'metadata.tags is not a list.',
      fix: 'Write one tag per line, each after "- ", or leave tags out.',
    });
    return;
  }
  tags.forEach((tag: unknown, i) => {
    const bad = problems.length < MAX_PROBLEMS ? tagRule(tag) : undefined;
    if (bad !== undefined)
      problems.push({
        at: `/metadata/tags/${i}`,
        message: `The tag ${show(tag)} does not fit: ${bad}.`,
        fix: `Write it as ${show(
          String(tag)
            .toLowerCase()
            .replace(/[^a-z0-9:+#]+/g, '-')
            .replace(/^-|-$/g, '') || 'my-tag',
        )}.`,
      });
  });
}

function checkLinks(links: unknown, problems: Problem[]): void {
  if (links === undefined) return;
  if (!Array.isArray(links)) {
    problems.push({
      at: '/metadata/links',
      message: 'metadata.links is not a list.',
      fix: 'Write each link after "- " with url and title.',
    });
    return;
  }
  links.forEach((link: unknown, i) => {
    if (problems.length >= MAX_PROBLEMS) return;
    const at = `/metadata/links/${i}`;
    if (!isObject(link)) return void problems.push({ at, message: `Link ${i + 1} is not a mapping.`, fix: 'Write it with url and title.' });
    const bad = urlRule(link['url']);
    if (bad !== undefined)
      problems.push({
        at: `${at}/url`,
        message: link['url'] === undefined ? `Link ${i + 1} has no url.` : `The link ${show(link['url'])} does not fit: ${bad}.`,
        fix: 'Write the whole address with https://.',
      });
    for (const key of ['title', 'icon', 'type']) {
      const value = link[key];
      if (value === undefined) continue;
      if (typeof value !== 'string' || (value.trim() === '' && key !== 'type') || value === '')
        problems.push({
          at: `${at}/${key}`,
          message: `The ${key} of link ${i + 1} is not a text with content.`,
          fix: 'Fill it in or leave it out.',
        });
    }
  });
}

/** One part of a JSON pointer (RFC 6901). */
export const pointerPart = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');

/** `/metadata/name` as people write it: `metadata.name`. */
export const label = (pointer: string): string =>
  pointer
    .slice(1)
    .split('/')
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .join('.');

/** A name near to what was written that fits the rule. */
export function suggestName(text: unknown): string {
  const name = String(text)
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  return name === '' ? 'my-name' : name;
}
