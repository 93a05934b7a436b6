import type { Plan } from '@paved/client';
import {
  capital,
  Diff,
  Explain,
  GraphView,
  iconOf,
  KeyValues,
  Metric,
  plural,
  Section,
  Segments,
  Strip,
  typeWords,
  Glyph,
  type GraphNode,
} from '@paved/ui';
import { useMemo, useState, type ReactNode } from 'react';
import { actionWords, markOf, nodeName, nodeWords } from '../shapes.ts';

type PlannedNode = Plan['nodes'][number];

/** Inputs as YAML-like text, so that a difference reads like a file. Secrets and unknown values by name. */
export function inputText(value: unknown, indent = ''): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object')
    return typeof value === 'string' ? (/^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value)) : String(value);
  if ('unknown' in value && Object.keys(value).length === 1) return 'known after apply';
  if ('secretRef' in value) {
    const ref = (value as { secretRef: { path: string; version: number } }).secretRef;
    return `secret://${ref.path}#${ref.version}`;
  }
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : value.map((item) => `\n${indent}- ${inputText(item, `${indent}  `).trimStart()}`).join('');
  // What was kept and what is wanted may order keys differently; only values are a difference.
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? '{}'
    : entries
        .map(([key, item]) => {
          const text = inputText(item, `${indent}  `);
          return `\n${indent}${key}:${text.startsWith('\n') ? text : ` ${text}`}`;
        })
        .join('');
}
const fileText = (value: unknown): string => `${inputText(value).trimStart()}\n`;

/** Totals, the graph with its list, the difference of the chosen node, and the order of events. */
export function PlanView({ plan, past = false, rail }: { plan: Plan; /** It was carried out. */ past?: boolean; rail?: ReactNode }) {
  const changed = plan.nodes.filter((node) => node.action !== 'none');
  const [chosenKey, setChosen] = useState<string>();
  const [sides, setSides] = useState(false);
  const [why, setWhy] = useState(false);
  const chosen =
    plan.nodes.find((node) => node.key === chosenKey) ??
    changed.find((node) => node.type === 'workload') ??
    changed[0] ??
    plan.nodes.find((node) => node.type === 'workload') ??
    plan.nodes[0];
  const count = (...actions: PlannedNode['action'][]) => plan.nodes.filter((node) => actions.includes(node.action)).length;
  const added = count('create', 'restore');
  const altered = count('update', 'replace');
  const gone = count('delete', 'orphan');
  const data = plan.nodes.filter((node) => node.action === 'replace' || node.action === 'delete').length;
  const { nodes, edges } = useMemo(() => graphOf(plan), [plan]);
  return (
    <>
      <Strip label="What the plan does">
        <Metric
          caption="Resources"
          value={
            added + altered + gone === 0 ? (
              'No change'
            ) : (
              <>
                {added > 0 ? <span className="add">+{added}</span> : null} {altered > 0 ? <span className="mod">~{altered}</span> : null}{' '}
                {gone > 0 ? <span className="del">−{gone}</span> : null}
              </>
            )
          }
          unit={`${count('none')} ${count('none') === 1 ? 'stays' : 'stay'}`}
        />
        <Metric caption="Version" value={plan.version.slice(0, 20)} unit={capital(plan.environment)} />
        <Metric
          caption="Data"
          value={data > 0 ? plural(data, 'resource') : 'Kept'}
          unit={data > 0 ? 'replaced or removed' : count('orphan') > 0 ? `${count('orphan')} set aside` : 'nothing is destroyed'}
        />
        <Metric
          caption="Plan"
          value={
            <span className="p-mono" style={{ fontSize: 14 }}>
              {plan.digest.replace(/^sha256:/, '').slice(0, 8)}
            </span>
          }
          unit={past ? 'is what was carried out' : 'does exactly this or nothing'}
        />
      </Strip>
      <div className="p-cols">
        <div>
          {plan.nodes.length === 0 ? (
            <p className="p-13 p-t2">There is nothing to do.</p>
          ) : (
            <GraphView
              label="Resources of the plan"
              nodes={nodes}
              edges={edges}
              height={Math.min(460, Math.max(200, 90 + nodes.length * 34))}
              chosen={chosen?.key}
              onChoose={setChosen}
            />
          )}
          {chosen ? (
            <div style={{ marginTop: 16 }}>
              <div className="p-row" style={{ marginBottom: 8 }}>
                <h2 className="p-grow">
                  {nodeName(chosen.id)}{' '}
                  <span className="n">
                    {typeWords(chosen.type)}, {actionWords[chosen.action]}
                  </span>
                </h2>
                <button type="button" className="p-link p-13" onClick={() => setWhy(true)}>
                  Why this definition
                </button>
                {chosen.action === 'none' ? null : (
                  <span className="hide-lg">
                    <Segments
                      label="Layout"
                      value={sides ? 'sides' : 'unified'}
                      onChange={(value) => setSides(value === 'sides')}
                      options={[
                        { value: 'unified', label: 'Unified' },
                        { value: 'sides', label: 'Side by side' },
                      ]}
                    />
                  </span>
                )}
              </div>
              {chosen.action === 'none' ? (
                <p className="p-13 p-t2">Nothing changes here.</p>
              ) : (
                <Diff
                  sides={sides}
                  source={{
                    path: `${chosen.type}/${nodeName(chosen.id)}`,
                    before: chosen.before === undefined ? undefined : fileText(chosen.before),
                    after: chosen.action === 'delete' || chosen.action === 'orphan' ? undefined : fileText(chosen.inputs),
                  }}
                />
              )}
              <Explain opened={why} onClose={() => setWhy(false)} title={`Why ${chosen.definition}`}>
                <p className="p-t2" style={{ marginBottom: 12 }}>
                  {chosen.reasons.join(' ')}
                </p>
                <KeyValues
                  items={[
                    [
                      'Node',
                      <span className="p-mono" key="k">
                        {chosen.key}
                      </span>,
                    ],
                    ['Driver', chosen.driver],
                  ]}
                />
                <h3 style={{ margin: '20px 0 8px' }}>Definitions that were considered</h3>
                <ul className="p-list top">
                  {chosen.explain.map((candidate) => (
                    <li key={candidate.definition}>
                      <Glyph
                        status={candidate.definition === chosen.definition ? 'healthy' : 'skipped'}
                        label={candidate.definition === chosen.definition ? 'Chosen' : 'Not chosen'}
                      />
                      <div className="body">
                        <b>{candidate.definition}</b>
                        <small>{candidate.result}</small>
                      </div>
                    </li>
                  ))}
                </ul>
              </Explain>
            </div>
          ) : null}
        </div>
        <aside>
          {rail}
          <Section
            title={past ? 'What happened, in order' : 'What happens, in order'}
            note={changed.length > 0 ? plural(changed.length, 'step') : undefined}
          >
            {changed.length === 0 ? (
              <p className="p-13 p-t2">
                {past ? 'Nothing changed: what was wanted ran already.' : 'Nothing: what is wanted runs already.'}
              </p>
            ) : (
              <ol className="p-list bare">
                {orderOf(plan).map((node, i) => (
                  <li key={node.key}>
                    <span className="p-t3 p-num" style={{ width: 12 }}>
                      {i + 1}
                    </span>
                    <div className="body">{nodeWords(node)}</div>
                    <span className="when">{actionWords[node.action]}</span>
                  </li>
                ))}
              </ol>
            )}
            {past || changed.length === 0 ? null : (
              <p className="p-help">If a step fails, later steps are skipped and what runs now keeps serving.</p>
            )}
          </Section>
        </aside>
      </div>
    </>
  );
}

/** Needed things first; what goes, goes last. */
function orderOf(plan: Plan): readonly PlannedNode[] {
  const changed = plan.nodes.filter((node) => node.action !== 'none');
  const goes = (node: PlannedNode) => node.action === 'delete' || node.action === 'orphan';
  const placed: PlannedNode[] = [];
  const visit = (node: PlannedNode, seen: ReadonlySet<string>) => {
    if (placed.includes(node) || seen.has(node.key)) return;
    for (const key of node.dependsOn) {
      const before = changed.find((other) => other.key === key);
      if (before) visit(before, new Set([...seen, node.key]));
    }
    placed.push(node);
  };
  for (const node of changed) if (!goes(node)) visit(node, new Set());
  return [...placed, ...changed.filter(goes).toReversed()];
}

function graphOf(plan: Plan): { nodes: readonly GraphNode[]; edges: { from: string; to: string; change?: 'add' | 'remove' }[] } {
  const changed = new Set(plan.nodes.filter((node) => node.action !== 'none').map((node) => node.key));
  const neighbours = new Set(
    plan.nodes.flatMap((node) =>
      changed.has(node.key) ? [node.key, ...node.dependsOn] : node.dependsOn.some((key) => changed.has(key)) ? [node.key] : [],
    ),
  );
  const small = plan.nodes.length <= 12;
  const kept = plan.nodes.filter((node) => small || neighbours.has(node.key));
  const folded = plan.nodes.length - kept.length;
  const nodes: GraphNode[] = kept.map((node) => {
    const change = markOf[node.action];
    return {
      id: node.key,
      label: nodeName(node.id),
      note:
        node.class === 'default'
          ? nodeName(node.id) === node.type
            ? node.definition
            : typeWords(node.type)
          : `${typeWords(node.type)}, ${node.class}`,
      icon: iconOf(node.type === 'workload' ? 'component' : 'resource', node.type),
      self: node.type === 'workload' || node.type === 'service',
      ...(change ? { change } : {}),
    };
  });
  if (folded > 0) nodes.push({ id: '__folded', label: `${folded} unchanged`, note: '', fold: true });
  const edges = kept.flatMap((node) =>
    node.dependsOn
      .filter((key) => kept.some((other) => other.key === key))
      .map((key) => {
        const ends = [markOf[node.action], markOf[kept.find((other) => other.key === key)?.action ?? 'none']];
        return {
          from: node.key,
          to: key,
          ...(ends.includes('remove') ? { change: 'remove' as const } : ends.includes('add') ? { change: 'add' as const } : {}),
        };
      }),
  );
  return { nodes, edges };
}
