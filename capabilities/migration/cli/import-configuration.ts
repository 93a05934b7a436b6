import type { CliContext } from '@paved/client';
import type { Json, JsonObject } from '@paved/kernel';
import type { ImportLine } from '../model/import-line.ts';
import { planConfiguration } from '../model/plan-configuration.ts';
import { fileFinder, readAppConfig } from './app-config-files.ts';
import { readSettings, withSettings, writeSettings } from './settings-file.ts';

export interface ConfigurationImport {
  readonly settings: JsonObject;
  readonly lines: readonly ImportLine[];
  readonly changed: boolean;
  /** The settings file as it is, or would be. */
  readonly text: string;
}

/** Turns app-config files into settings and adds them to the settings file; what Paved cannot take is left out, each with its reason. */
export async function importConfiguration(
  cli: Pick<CliContext, 'local'>,
  options: { files: readonly string[]; settingsFile: string; dryRun: boolean; ownKinds: readonly string[] },
): Promise<ConfigurationImport> {
  const plan = planConfiguration(readAppConfig(options.files), { fileAt: fileFinder(options.files) });
  const lines = [...plan.lines];
  const settings = await acceptable(cli, plan.settings, lines);
  const before = readSettings(options.settingsFile);
  const complete = withOwnKinds(settings, before, options.ownKinds, lines);
  const { text, changed } = withSettings(before, complete);
  if (changed && !options.dryRun) writeSettings(options.settingsFile, text);
  return { settings: complete, lines: changed ? lines : lines.map(asUnchanged), changed, text };
}

const asUnchanged = (line: ImportLine): ImportLine =>
  line.outcome === 'imported' || line.outcome === 'adjusted' ? { ...line, outcome: 'unchanged' } : line;

/** Leaves out what the settings' schema refuses: unknown keys alone, else the entry they stand in. */
async function acceptable(cli: Pick<CliContext, 'local'>, wanted: JsonObject, lines: ImportLine[]): Promise<JsonObject> {
  const settings = structuredClone(wanted);
  for (;;) {
    const [problem] = await cli.local.settingsProblems(settings);
    if (problem === undefined) return settings;
    const area = problem.path[0] === 'integrations' ? 'integrations' : problem.path[1] === 'providers' ? 'providers' : 'settings';
    if (problem.unknownKeys !== undefined) {
      for (const key of problem.unknownKeys) {
        removeAt(settings, [...problem.path, key]);
        lines.push({ area, what: [...problem.path, key].join('.'), outcome: 'left out', why: 'Paved has no such setting.' });
      }
      continue;
    }
    const place = entryOf(problem.path);
    lines.push({
      area,
      what: place.join('.'),
      outcome: 'left out',
      why: `${problem.path.slice(place.length).join('.') || 'It'} is not as expected: ${problem.message}.`,
    });
    removeAt(settings, place);
  }
}

/** The smallest thing that makes sense on its own: one integration, provider, location or rule; else the setting itself. */
function entryOf(path: readonly (string | number)[]): readonly (string | number)[] {
  const [first, second] = path;
  if (first === 'integrations') return path.slice(0, 3);
  if (first === 'catalog' && second === 'providers') return path.slice(0, 4);
  if (first === 'catalog' && (second === 'locations' || second === 'rules')) return path.slice(0, 3);
  return path.slice(0, 2);
}

function removeAt(root: JsonObject, path: readonly (string | number)[]): void {
  const last = path.at(-1);
  let node: Json = root;
  for (const step of path.slice(0, -1)) node = (node as Record<string | number, Json>)[step] ?? null;
  if (Array.isArray(node)) node.splice(Number(last), 1);
  else if (node !== null && typeof node === 'object' && last !== undefined) delete node[String(last)];
}

/** Rules of Backstage know nothing of Paved's kinds: the sources that were there before go on holding them. */
function withOwnKinds(settings: JsonObject, before: string, ownKinds: readonly string[], lines: ImportLine[]): JsonObject {
  const catalog = settings['catalog'] as JsonObject | undefined;
  const rules = catalog?.['rules'];
  if (catalog === undefined || !Array.isArray(rules) || ownKinds.length === 0 || /^\s*rules:/m.test(before)) return settings;
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
