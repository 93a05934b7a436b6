import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessCapability } from '@paved/access/server';
import { auditCapability } from '@paved/audit/server';
import { catalogCapability } from '@paved/catalog/server';
import { deliveryCapability } from '@paved/delivery/server';
import { docsCapability } from '@paved/docs/server';
import { azureDevOpsDriver } from '@paved/driver-azure-devops';
import { bitbucketDriver } from '@paved/driver-bitbucket';
import { giteaDriver } from '@paved/driver-gitea';
import { githubDriver } from '@paved/driver-github';
import { gitlabDriver } from '@paved/driver-gitlab';
import { readDirectory } from '@paved/driver-ldap';
import { postgresDriver } from '@paved/driver-postgres';
import { createProcessDriver, ingressDriver } from '@paved/driver-process';
import { createSandboxRunner } from '@paved/driver-sandbox';
import { editingCapability } from '@paved/editing/server';
import { forgesCapability } from '@paved/forges/server';
import { createPlatform, type Config, type ConfigSource, type Logger, type Platform } from '@paved/host';
import { onboardingCapability } from '@paved/onboarding/server';
import { orchestratorCapability } from '@paved/orchestrator/server';
import { ownershipCapability } from '@paved/ownership/server';
import { pipelinesCapability } from '@paved/pipelines/server';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { servicesCapability } from '@paved/services/server';
import { templatesCapability } from '@paved/templates/server';
import packageJson from '../../package.json' with { type: 'json' };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The composition root: which capabilities and drivers make up this server. No rules live here. */
export function composePlatform(options: {
  config: Config;
  /** Where each setting came from. */
  settings?: readonly ConfigSource[];
  log: Logger;
  now?: () => Date;
}): Promise<Platform> {
  return createPlatform({
    config: options.config,
    log: options.log,
    version: packageJson.version,
    portal: path.join(root, 'apps/portal/dist'),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(process.env['PAVED_MASTER_KEY'] === undefined ? {} : { masterKey: process.env['PAVED_MASTER_KEY'] }),
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      accessCapability,
      secretsCapability,
      deliveryCapability,
      repositoriesCapability,
      docsCapability,
      forgesCapability({
        drivers: [githubDriver, gitlabDriver, giteaDriver, bitbucketDriver, azureDevOpsDriver],
        directory: readDirectory,
      }),
      orchestratorCapability({
        drivers: {
          process: createProcessDriver({ hidden: [options.config.data.directory] }),
          ingress: ingressDriver,
          postgres: postgresDriver,
        },
      }),
      pipelinesCapability({
        runner: createSandboxRunner({ hidden: [options.config.data.directory] }),
        npmCacheSeed: path.join(root, 'node_modules/.cache/paved/npm'),
      }),
      templatesCapability,
      editingCapability,
      onboardingCapability,
      servicesCapability,
      ownershipCapability,
    ],
  });
}
