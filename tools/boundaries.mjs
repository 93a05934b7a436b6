// An oxlint plugin: a path says which part a file belongs to; each rule has one sentence.
import path from 'node:path';

const layers = ['kernel', 'package', 'capability', 'driver', 'app'];

/** Which part of the house a file is: layer, unit (folder), and inside a capability its side. */
export function partOf(file) {
  const [top, unit, side] = file.split('/');
  if (top === 'packages') return { layer: unit === 'kernel' ? 'kernel' : 'package', unit: `packages/${unit}`, name: unit };
  if (top === 'capabilities') {
    const known = ['model', 'server', 'portal', 'cli'];
    return { layer: 'capability', unit: `capabilities/${unit}`, name: unit, side: known.includes(side) ? side : 'contract' };
  }
  if (top === 'drivers') return { layer: 'driver', unit: `drivers/${unit}`, name: unit };
  if (top === 'apps') return { layer: 'app', unit: `apps/${unit}`, name: unit };
  return undefined;
}

/** The part that an `@paved/...` import leads to. */
function packageOf(specifier) {
  const [, name, side] = specifier.split('/');
  if (['kernel', 'host', 'client', 'ui', 'sdk', 'testing'].includes(name)) return partOf(`packages/${name}/index.ts`);
  if (name.startsWith('driver-')) return partOf(`drivers/${name.slice('driver-'.length)}/index.ts`);
  if (['server', 'portal', 'cli'].includes(name)) return partOf(`apps/${name}/index.ts`);
  return { ...partOf(`capabilities/${name}/index.ts`), side: side ?? 'contract' };
}

// Test files, and the kits and processes that only tests use, may put whole platforms together.
const isTest = (file) => /\.(db\.)?test\.tsx?$|\.test-kit\.ts$|\/testing\//.test(file) || file.startsWith('packages/testing/');

/** What is wrong with an import, as one sentence; undefined when it is fine. `file` is relative to the root. */
export function verdict(file, specifier) {
  const from = partOf(file);
  if (from === undefined) return undefined;
  const relative = specifier.startsWith('.');
  const target = relative ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)) : specifier;
  const to = relative ? partOf(target) : specifier.startsWith('@paved/') ? packageOf(specifier) : undefined;
  if (relative && to !== undefined && to.unit !== from.unit) return `Reach ${to.unit} by its package name, not by a path.`;
  if (from.side === 'model' && !isTest(file)) {
    if (specifier.startsWith('node:')) return 'The model is pure: no files, network, processes or other parts of Node.';
    if (to !== undefined && to.unit === from.unit && !['model', 'contract'].includes(to.side))
      return `The model is pure: it knows nothing of ${to.side}/.`;
    if (to?.layer === 'package' && to.name !== 'kernel') return `The model is pure: it knows nothing of ${to.unit}.`;
  }
  if (from.layer === 'kernel' && specifier.startsWith('node:'))
    return 'The kernel is pure: no files, network, processes or other parts of Node.';
  if (to === undefined || isTest(file)) return undefined;
  if (layers.indexOf(to.layer) > layers.indexOf(from.layer))
    return `Directions are kernel ◄ packages ◄ capabilities ◄ drivers ◄ apps: ${from.unit} must not know ${to.unit}.`;
  if (from.layer === 'capability' && to.layer === 'capability') {
    if (to.unit !== from.unit && to.side !== 'contract' && !(from.side === 'portal' && to.side === 'portal'))
      return `Capabilities meet through their contract: import @paved/${to.name}.`;
    if ((from.side === 'portal' || from.side === 'cli') && to.side === 'server')
      return `${from.side}/ talks to the public API; it never imports server/.`;
    if (from.side === 'server' && (to.side === 'portal' || to.side === 'cli')) return `server/ knows nothing of ${to.side}/.`;
    if (from.side === 'contract' && to.unit === from.unit && to.side !== 'model' && to.side !== 'contract')
      return 'A contract holds types, schemas and pure functions: it may use model/ only.';
  }
  if (from.layer === 'capability' && (from.side === 'portal' || from.side === 'cli') && to.name === 'host')
    return `${from.side}/ runs elsewhere: it never imports the host.`;
  return undefined;
}

const sqlFiles = /(^|\/)(store|views)\.ts$|\/migrations\/|\.test(-kit)?\.ts$/;

/** SQL stays in store.ts, views.ts and migrations/ of a capability. */
export function sqlVerdict(file, imported) {
  if (!file.startsWith('capabilities/') || sqlFiles.test(file)) return undefined;
  return imported.includes('sql') ? 'SQL stays in store.ts, views.ts and migrations/.' : undefined;
}

const imports = {
  create(context) {
    const file = path.relative(process.cwd(), context.filename ?? context.physicalFilename).replaceAll(path.sep, '/');
    const look = (node) => {
      if (node.source === null || node.source === undefined || typeof node.source.value !== 'string') return;
      const message = verdict(file, node.source.value);
      if (message !== undefined) context.report({ node, message });
      if (node.source.value === 'kysely' && node.type === 'ImportDeclaration') {
        const names = node.specifiers.filter((s) => s.type === 'ImportSpecifier' && s.importKind !== 'type').map((s) => s.imported.name);
        const wrong = sqlVerdict(file, names);
        if (wrong !== undefined) context.report({ node, message: wrong });
      }
    };
    return { ImportDeclaration: look, ExportNamedDeclaration: look, ExportAllDeclaration: look, ImportExpression: look };
  },
};

export default { meta: { name: 'boundaries' }, rules: { imports } };
