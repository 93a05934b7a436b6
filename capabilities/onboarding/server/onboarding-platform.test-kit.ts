import { editingPlatform, type EditingPlatform } from '@paved/editing/testing';
import { onboardingCapability } from './index.ts';

/** A platform with onboarding, hosted repositories and a make-believe GitHub. */
export const onboardingPlatform = (): Promise<EditingPlatform> =>
  editingPlatform({ also: [onboardingCapability], byOwners: ['onboarding.proposal.change'] });
