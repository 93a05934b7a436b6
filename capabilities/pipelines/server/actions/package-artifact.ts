import path from 'node:path';
import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import { preAuthenticationEncoding, PROVENANCE_PAYLOAD_TYPE, provenanceStatement } from '../../model/provenance.ts';
import { versionOf } from '../../model/version.ts';
import { readManifest } from '../manifest.ts';
import type { PipelineAction } from './action.ts';

const inputsSchema = z.strictObject({
  path: z.string().default('.').describe('Folder to pack, relative to the checkout.'),
  exclude: z.array(z.string()).default([]),
});

export interface PackageDeps {
  readonly sign: (data: Uint8Array) => string;
  readonly keyId: () => string;
  readonly baseUrl: () => string;
  readonly now: () => Date;
}

/** `artifact:package`: packs the built folder by content, with provenance (SLSA v1 in a DSSE envelope signed by the platform). */
export function packageArtifact(deps: PackageDeps): PipelineAction {
  return {
    id: 'artifact:package',
    description: 'Packs what was built as an artifact with signed provenance.',
    async execute(raw, context) {
      const parsed = inputsSchema.safeParse(raw);
      if (!parsed.success)
        throw new PavedError(
          'invalid',
          `artifact:package: ${parsed.error.issues.map((i) => `with.${i.path.join('.')} ${i.message}`).join('; ')}.`,
        );
      const folder = path.resolve(context.folder, parsed.data.path);
      if (folder !== context.folder && !folder.startsWith(context.folder + path.sep))
        throw new PavedError('invalid', `artifact:package: the path "${parsed.data.path}" leaves the checkout.`, {
          fix: 'Name a folder inside it.',
        });
      const packed = await context.store.packFolder(folder, { exclude: parsed.data.exclude, signal: context.step.signal });
      const version = versionOf((await readManifest(context.folder)).version, context.commit);
      const statement = JSON.stringify(
        provenanceStatement({
          artifact: { name: `${context.repository}@${version}`, sha256: packed.digest.slice('sha256:'.length) },
          repositoryUrl: context.repositoryUrl,
          commit: context.commit,
          pipeline: context.pipeline,
          runUrl: `${deps.baseUrl()}/runs/${context.runId}`,
          builderId: `${deps.baseUrl()}/builders/built-in`,
          trigger: context.trigger,
          startedAt: context.startedAt,
          finishedAt: deps.now().toISOString(),
        }),
      );
      const envelope = {
        payloadType: PROVENANCE_PAYLOAD_TYPE,
        payload: Buffer.from(statement).toString('base64'),
        signatures: [{ keyid: deps.keyId(), sig: deps.sign(Buffer.from(preAuthenticationEncoding(PROVENANCE_PAYLOAD_TYPE, statement))) }],
      };
      const provenance = await context.store.putText(`${JSON.stringify(envelope, null, 2)}\n`, 'intoto.jsonl');
      context.step.log(`${packed.digest}, ${Math.ceil(packed.size / 1024)} KiB, version ${version}`);
      return {
        artifact: {
          ...packed,
          type: 'archive',
          version,
          repository: context.repository,
          commit: context.commit,
          provenance: provenance.digest,
          ...(context.sbom === undefined ? {} : { sbom: context.sbom }),
        },
        facts: { digest: packed.digest, version, sizeKiB: Math.ceil(packed.size / 1024) },
      };
    },
  };
}
