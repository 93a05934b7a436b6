import type { CliContext, Plan } from '@paved/client';

const marks = { create: '+', update: '~', replace: '±', delete: '-', orphan: '○', restore: '↺', none: ' ' } as const;

/** A plan for people; with `explain`, every definition that was considered. */
export function showPlan(cli: CliContext, plan: Plan, explain: boolean): void {
  if (cli.format !== 'table') return cli.show(plan);
  for (const node of plan.nodes) {
    cli.say(`${marks[node.action]} ${node.action.padEnd(7)} ${node.key}  (${node.definition}, ${node.driver})`);
    for (const reason of node.reasons) cli.say(`            ${reason}`);
    if (explain) for (const candidate of node.explain) cli.say(`            · ${candidate.definition}: ${candidate.result}`);
  }
  const counts = Object.entries(plan.summary).flatMap(([action, n]) =>
    n > 0 ? [`${n} ${action === 'none' ? 'unchanged' : `to ${action}`}`] : [],
  );
  cli.say(`${plan.component} in ${plan.environment}: ${counts.join(', ') || 'nothing to do'}.`);
}
