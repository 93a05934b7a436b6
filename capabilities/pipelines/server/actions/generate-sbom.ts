import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readManifest } from '../manifest.ts';
import { versionOf } from '../../model/version.ts';
import type { PipelineAction } from './action.ts';

/** `sbom:generate`: a CycloneDX SBOM of the runtime dependencies, stored by content. */
export const generateSbom: PipelineAction = {
  id: 'sbom:generate',
  description: 'Lists every runtime dependency as a CycloneDX SBOM.',
  async execute(_inputs, context) {
    // Loaded when the first one is made: the library is large.
    const { sbomOfNpmLock } = await import('../sbom.ts');
    const lock = await readFile(path.join(context.folder, 'package-lock.json'), 'utf8').catch(() => '{"packages":{}}');
    const manifest = await readManifest(context.folder);
    const name = manifest.name ?? context.repository;
    const { text, packages } = sbomOfNpmLock(lock, { name, version: versionOf(manifest.version, context.commit) });
    const stored = await context.store.putText(text, 'cdx.json');
    context.step.log(`${packages} packages listed in ${stored.digest}`);
    return { sbom: stored.digest, facts: { packages, sbom: stored.digest } };
  },
};
