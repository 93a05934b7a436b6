import type { CliContext } from '@paved/client';
import { parse } from 'yaml';
import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import type { ImportLine } from '../model/import-line.ts';
import { clearSecrets } from '../model/clear-secrets.ts';
import { planConfiguration, type ConfigurationPlan } from '../model/plan-configuration.ts';
import { fileFinder, readAppConfig } from './app-config-files.ts';
import { readSettings, shownText, withSettings, writeSettings } from './settings-file.ts';

export interface ConfigurationImport {
  readonly settings: JsonObject;
  readonly lines: readonly ImportLine[];
  readonly changed: boolean;
  /** The settings file as it is, or would be, fit to be shown: secrets in it are hidden. */
  readonly shown: string;
}

/** Turns app-config files into settings and adds them to the settings file; what Paved cannot take is left out, each with its reason. */
export async function importConfiguration(
  cli: Pick<CliContext, 'local'>,
  options: { files: readonly string[]; settingsFile: string; dryRun: boolean; ownKinds: readonly string[] },
): Promise<ConfigurationImport> {
  const plan = planConfiguration(readAppConfig(options.files), { fileAt: fileFinder(options.files) });
  const lines = [...plan.lines];
  const settings = await acceptable(cli, plan, lines);
  const before = readSettings(options.settingsFile);
  const complete = withOwnKinds(settings, before, options.ownKinds, lines);
  const inClear = clearSecrets(complete);
  for (const what of inClear)
    lines.push({
      area: what.startsWith('integrations') ? 'integrations' : 'providers',
      what,
      outcome: 'adjusted',
      why: `It stands in clear. Write \${NAME} and set the variable, or { $file: path }, before ${options.settingsFile} goes into a repository.`,
    });
  const { text, changed } = withSettings(before, complete);
  if (changed && !options.dryRun) writeSettings(options.settingsFile, text, { secret: inClear.length > 0 });
  return { settings: complete, lines: changed ? lines : lines.map(asUnchanged), changed, shown: shownText(text) };
}

const asUnchanged = (line: ImportLine): ImportLine =>
  line.outcome === 'imported' || line.outcome === 'adjusted' ? { ...line, outcome: 'unchanged' } : line;

/** Leaves out what the settings' schema refuses: unknown keys alone, else the entry they stand in. */
async function acceptable(
  cli: Pick<CliContext, 'local'>,
  { settings, about }: Pick<ConfigurationPlan, 'settings' | 'about'>,
  lines: ImportLine[],
): Promise<JsonObject> {
  for (;;) {
    const [problem] = await cli.local.settingsProblems(settings);
    if (problem === undefined) return settings;
    const area = problem.path[0] === 'integrations' ? 'integrations' : problem.path[1] === 'providers' ? 'providers' : 'settings';
    const { path, entry: place } = placeIn(settings, problem.path);
    if (problem.unknownKeys !== undefined) {
      for (const key of problem.unknownKeys) {
        take(settings, [...path, key]);
        lines.push({ area, what: [...path, key].join('.'), outcome: 'left out', why: 'Paved has no such setting.' });
      }
      continue;
    }
    const line = about.get(take(settings, place) ?? null);
    if (line !== undefined) lines.splice(lines.indexOf(line), 1);
    lines.push({
      area: line?.area ?? area,
      what: line?.what ?? place.join('.'),
      outcome: 'left out',
      why: `${path.slice(place.length).join('.') || 'It'} ${/received undefined/.test(problem.message) ? 'is missing' : `is not as expected: ${problem.message}`}. Correct it in the app-config and import again.`,
    });
  }
}

type Path = readonly (string | number)[];

/**
 * Where a problem is in the settings as they are written, and the smallest thing there that makes sense on its own: one integration,
 * provider, location or rule; else the setting itself. A provider may stand without an id, or in a list; the schema names it by one.
 */
function placeIn(settings: JsonObject, path: Path): { readonly path: Path; readonly entry: Path } {
  const [first, second, type, id, ...rest] = path;
  if (first === 'catalog' && second === 'providers' && type !== undefined && id !== undefined) {
    const providers = (settings['catalog'] as JsonObject)['providers'] as JsonObject;
    const written = type === 'ldap' && providers['ldap'] === undefined ? 'ldapOrg' : type;
    const value = providers[written] ?? null;
    const own: Path = Array.isArray(value)
      ? [value.findIndex((one, i) => ((one as JsonObject | null)?.['id'] ?? (i === 0 ? 'default' : `default-${i}`)) === id)]
      : value !== null && typeof value === 'object' && Object.hasOwn(value, id)
        ? [id]
        : [];
    const entry = [first, second, written, ...own];
    return { path: [...entry, ...rest], entry };
  }
  // One of several credentials or apps of a forge.
  if (first === 'integrations' && path.length > 4 && typeof path[4] === 'number') return { path, entry: path.slice(0, 5) };
  const whole =
    first === 'integrations' || (first === 'catalog' && (second === 'locations' || second === 'rules' || second === 'providers'));
  return { path, entry: path.slice(0, whole ? 3 : 2) };
}

/** Takes what stands at a place out of the settings and gives it; what cannot be found goes with what it should stand in. */
function take(root: JsonObject, path: Path): Json | undefined {
  const last = path.at(-1);
  if (last === undefined) throw new PavedError('internal', 'The settings stay unacceptable whatever is left out.');
  let node: Json | undefined = root;
  for (const step of path.slice(0, -1)) node = (node as Record<string | number, Json> | null | undefined)?.[step];
  if (Array.isArray(node) && typeof last === 'number' && last in node) {
    const [taken] = node.splice(last, 1);
    // An empty list of rules would allow nothing; one of integrations says nothing.
    if (node.length === 0 && last === 0 && (path[0] === 'integrations' || path[1] === 'providers')) take(root, path.slice(0, -1));
    return taken;
  }
  if (node === null || typeof node !== 'object' || !Object.hasOwn(node, last)) return take(root, path.slice(0, -1));
  const taken = (node as JsonObject)[last];
  delete (node as Record<string, Json>)[last];
  if (path[1] === 'providers' && path.length === 4 && Object.keys(node).length === 0) take(root, path.slice(0, -1));
  return taken;
}

/** Whether somebody wrote rules about files and folders already, an earlier import for example. */
function hasRulesOfPlaces(settings: string): boolean {
  const { catalog } = (parse(settings) ?? {}) as { catalog?: { rules?: { locations?: unknown }[] } };
  return catalog?.rules?.some(({ locations }) => locations !== undefined) === true;
}

/** Rules of Backstage know nothing of Paved's kinds: the sources that were there before go on holding them. */
function withOwnKinds(settings: JsonObject, before: string, ownKinds: readonly string[], lines: ImportLine[]): JsonObject {
  const catalog = settings['catalog'] as JsonObject | undefined;
  const rules = catalog?.['rules'];
  if (catalog === undefined || !Array.isArray(rules) || hasRulesOfPlaces(before)) return settings;
  if (ownKinds.length === 0) {
    lines.push({
      area: 'rules',
      what: 'kinds of Paved',
      outcome: 'left out',
      why: 'No Paved answers yet, so the rules know the kinds of Backstage only. Import again when it runs.',
    });
    return settings;
  }
  lines.push({
    area: 'rules',
    what: 'kinds of Paved',
    outcome: 'adjusted',
    why: 'Files and folders on this machine may hold Paved’s own kinds too.',
  });
  return {
    ...settings,
    catalog: { ...catalog, rules: [...rules, { allow: [...ownKinds], locations: [{ type: 'file' }, { type: 'directory' }] }] },
  };
}
