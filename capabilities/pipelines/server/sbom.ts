import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { PavedError } from '@paved/kernel';

interface LockPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A CycloneDX 1.6 JSON SBOM from an npm lockfile (version 2 or 3): runtime packages with purl, hash, licence and edges. */
export function sbomOfNpmLock(lockText: string, root: { name: string; version: string }): { text: string; packages: number } {
  let packages: Readonly<Record<string, LockPackage>>;
  try {
    packages = (JSON.parse(lockText) as { packages?: Record<string, LockPackage> }).packages ?? {};
  } catch (cause) {
    throw new PavedError('invalid', 'package-lock.json is not JSON.', { fix: 'Run npm install and commit the lockfile.', cause });
  }
  const main = new Models.Component(Enums.ComponentType.Application, root.name, { version: root.version, bomRef: 'root' });
  const bom = new Models.Bom();
  bom.metadata.component = main;
  bom.metadata.tools.components.add(new Models.Component(Enums.ComponentType.Application, 'paved'));
  const byPath = new Map<string, Models.Component>();
  for (const [at, entry] of Object.entries(packages)) {
    if (at === '' || entry.dev === true || entry.link === true || entry.version === undefined) continue;
    const component = componentOf(at, entry, entry.version);
    byPath.set(at, component);
    bom.components.add(component);
  }
  for (const [at, component] of [['', main] as const, ...byPath]) {
    for (const name of Object.keys(packages[at]?.dependencies ?? {})) {
      const found = resolve(byPath, at, name);
      if (found !== undefined) component.dependencies.add(found.bomRef);
    }
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return { text: serializer.serialize(bom, { sortLists: true, space: 2 }), packages: byPath.size };
}

function componentOf(at: string, entry: LockPackage, version: string): Models.Component {
  const full = at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const [group, name] = full.startsWith('@') ? (full.split('/') as [string, string]) : [undefined, full];
  const purl = new PackageURL('npm', group ?? null, name, version, null, null).toString();
  const component = new Models.Component(Enums.ComponentType.Library, name, {
    ...(group === undefined ? {} : { group }),
    version,
    bomRef: `${purl}#${at}`,
  });
  component.purl = purl as never;
  const [algorithm, digest] = entry.integrity?.split('-', 2) ?? [];
  if (algorithm === 'sha512' && digest !== undefined)
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex'));
  if (entry.license !== undefined) component.licenses.add(new Models.LicenseExpression(entry.license));
  return component;
}

/** npm's resolution: the nearest node_modules upwards. */
function resolve(byPath: ReadonlyMap<string, Models.Component>, from: string, name: string): Models.Component | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const found = byPath.get(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (found !== undefined || at === '') return found;
    if (!at.includes('/node_modules/')) at = '';
    if (at === '') return byPath.get(`node_modules/${name}`);
  }
}
