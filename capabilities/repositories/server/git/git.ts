import { createGit as createSafeGit, type Git } from '@paved/host';

export { stopGroup, type Git } from '@paved/host';

export interface GitSettings {
  /** An empty folder git may call home. */
  readonly home: string;
  readonly pushLimitBytes: number;
}

/** The git CLI for hosted repositories: what it keeps, and what it takes from a push. */
export const createGit = (settings: GitSettings): Git =>
  createSafeGit({
    home: settings.home,
    config: [
      ['core.logAllRefUpdates', 'always'],
      ['gc.reflogExpire', 'never'],
      ['gc.reflogExpireUnreachable', 'never'],
      ['receive.autogc', 'false'],
      ['receive.fsckObjects', 'true'],
      // Old, harmless faults that real histories carry.
      ['receive.fsck.zeroPaddedFilemode', 'ignore'],
      ['receive.fsck.badTimezone', 'ignore'],
      ['receive.fsck.missingSpaceBeforeDate', 'ignore'],
      ['receive.maxInputSize', String(settings.pushLimitBytes)],
      ['receive.hideRefs', 'refs/pull'],
      ['uploadpack.allowFilter', 'true'],
    ],
  });
