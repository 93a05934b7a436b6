import type { Entity } from '@paved/kernel';

/** Where to reach whoever is on call. */
export interface OnCall {
  readonly title: string;
  readonly href?: string;
  /** Ref of the entity that says so. */
  readonly from: string;
}

/** Annotations by which Backstage's plugins find an on-call service (well-known annotations of 1.55). */
const annotations: readonly (readonly [annotation: string, title: string, href?: (value: string) => string])[] = [
  ['pagerduty.com/service-id', 'PagerDuty', (id) => `https://app.pagerduty.com/service-directory/${encodeURIComponent(id)}`],
  ['pagerduty.com/integration-key', 'PagerDuty'],
  ['opsgenie.com/team', 'Opsgenie', (team) => `https://app.opsgenie.com/teams/list?team=${encodeURIComponent(team)}`],
  ['opsgenie.com/component-selector', 'Opsgenie'],
  ['splunk.com/on-call-team', 'Splunk On-Call'],
  ['grafana/oncall-schedule', 'Grafana OnCall'],
  ['ilert.com/integration-key', 'iLert'],
];

/** The first of these entities (itself, its system, its owner, …) that says where to find who is on call. */
export function onCallOf(candidates: readonly { readonly ref: string; readonly entity: Entity }[]): OnCall | undefined {
  for (const { ref, entity } of candidates) {
    const link = (entity.metadata.links ?? []).find(
      ({ type, icon, title, url }) => /^https?:/.test(url) && [type, icon, title].some((word) => /\bon-?\s?call\b/i.test(word ?? '')),
    );
    if (link !== undefined) return { title: link.title ?? 'On call', href: link.url, from: ref };
    for (const [annotation, title, href] of annotations) {
      const value = entity.metadata.annotations?.[annotation];
      if (value !== undefined && value !== '') return { title, ...(href === undefined ? {} : { href: href(value) }), from: ref };
    }
  }
  return undefined;
}
