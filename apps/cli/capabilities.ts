import type { Command } from 'commander';
import { register as access } from '@paved/access/cli';
import { register as catalog } from '@paved/catalog/cli';
import type { CliContext } from '@paved/client';
import { register as migration } from '@paved/migration/cli';
import { register as forges } from '@paved/forges/cli';
import { register as onboarding } from '@paved/onboarding/cli';
import { register as orchestrator } from '@paved/orchestrator/cli';
import { register as ownership } from '@paved/ownership/cli';
import { register as pipelines } from '@paved/pipelines/cli';
import { register as repositories } from '@paved/repositories/cli';
import { register as runs } from '@paved/runs/cli';
import { register as services } from '@paved/services/cli';
import { register as templates } from '@paved/templates/cli';

/** Commands of the capabilities, in the order of the main job. */
export function addCapabilityCommands(program: Command, cli: CliContext): void {
  for (const register of [
    access,
    catalog,
    templates,
    runs,
    orchestrator,
    pipelines,
    repositories,
    forges,
    services,
    ownership,
    onboarding,
    migration,
  ])
    register(program, cli);
}
