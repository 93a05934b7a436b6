import { ownerFor, type Directory } from './directory.ts';
import { ruleFor, type CodeOwnersRule } from './codeowners.ts';

/** Why an owner is suggested, as a sentence, with a place to look it up. */
export interface Evidence {
  readonly text: string;
  readonly href?: string;
}

export interface Suggestion {
  readonly ownerRef: string;
  readonly title: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}

export interface SuggestionFacts {
  /** Folder of the entity in its repository, empty for the root. */
  readonly path: string;
  readonly codeOwners?: { readonly file: string; readonly href?: string; readonly rules: readonly CodeOwnersRule[] };
  readonly commits: readonly { readonly name: string; readonly email: string; readonly ageDays: number }[];
  readonly commitsHref?: string;
}

/** A commit counts half as much for each of these that it is old. */
const HALF_LIFE_DAYS = 90;
const SHOWN_NAMES = 2;

/** Owners that the repository speaks for: what CODEOWNERS says, and whose people wrote what is there; the most likely one first. */
export function suggestOwners(directory: Directory, facts: SuggestionFacts): Suggestion[] {
  const found = new Map<string, { doubt: number; evidence: Evidence[] }>();
  const add = (ownerRef: string, confidence: number, evidence: Evidence): void => {
    const known = found.get(ownerRef) ?? { doubt: 1, evidence: [] };
    found.set(ownerRef, { doubt: known.doubt * (1 - confidence), evidence: [...known.evidence, evidence] });
  };
  fromCodeOwners(directory, facts, add);
  fromCommits(directory, facts, add);
  return [...found]
    .map(([ownerRef, { doubt, evidence }]): Suggestion => ({
      ownerRef,
      title: directory.titleOf.get(ownerRef) ?? ownerRef,
      confidence: Math.round((1 - doubt) * 100) / 100,
      evidence,
    }))
    .toSorted((a, b) => b.confidence - a.confidence || a.ownerRef.localeCompare(b.ownerRef))
    .slice(0, 3);
}

type Add = (ownerRef: string, confidence: number, evidence: Evidence) => void;

function fromCodeOwners(directory: Directory, { codeOwners, path }: SuggestionFacts, add: Add): void {
  if (codeOwners === undefined) return;
  const rule = ruleFor(codeOwners.rules, path);
  if (rule === undefined) return;
  const owners = rule.owners.flatMap((word) => ownerFor(directory, word) ?? []);
  for (const [index, ownerRef] of [...new Set(owners)].entries())
    add(ownerRef, index === 0 ? 0.9 : 0.6, {
      text: `${codeOwners.file} line ${rule.line} says ${rule.pattern} ${rule.owners.join(' ')}`,
      ...(codeOwners.href === undefined ? {} : { href: codeOwners.href }),
    });
}

function fromCommits(directory: Directory, { commits, commitsHref }: SuggestionFacts, add: Add): void {
  const weights = new Map<string, { weight: number; count: number; people: Map<string, number> }>();
  let total = 0;
  for (const commit of commits) {
    const weight = 0.5 ** (Math.max(0, commit.ageDays) / HALF_LIFE_DAYS);
    total += weight;
    const person =
      directory.byEmail.get(commit.email.toLowerCase()) ??
      directory.byLogin.get(commit.name.toLowerCase()) ??
      loginOf(directory, commit.email);
    if (person === undefined) continue;
    const groups = directory.groupsOf.get(person) ?? [];
    // Somebody in no team may own things in person.
    for (const owner of groups.length > 0 ? groups : [person]) {
      const known = weights.get(owner) ?? { weight: 0, count: 0, people: new Map<string, number>() };
      known.weight += weight / Math.max(1, groups.length);
      known.count++;
      known.people.set(person, (known.people.get(person) ?? 0) + 1);
      weights.set(owner, known);
    }
  }
  if (total === 0) return;
  for (const [owner, { weight, count, people }] of weights) {
    const names = [...people].toSorted((a, b) => b[1] - a[1]).map(([ref]) => directory.titleOf.get(ref) ?? ref);
    const shown =
      names.length > SHOWN_NAMES ? `${names.slice(0, SHOWN_NAMES).join(', ')} and ${names.length - SHOWN_NAMES} more` : names.join(' and ');
    add(owner, 0.8 * (weight / total), {
      text: `${shown} wrote ${count} of the last ${commits.length} ${commits.length === 1 ? 'commit' : 'commits'} there`,
      ...(commitsHref === undefined ? {} : { href: commitsHref }),
    });
  }
}

/** Forges hide addresses: `1234+mira@users.noreply.github.com` is the login mira. */
function loginOf(directory: Directory, email: string): string | undefined {
  const login = /^(?:\d+[+-])?([^@]+)@users\.noreply\./i.exec(email)?.[1];
  return login === undefined ? undefined : directory.byLogin.get(login.toLowerCase());
}
