/** A line that looks like a credential. The value itself is never part of a finding. */
export interface SecretFinding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** Well-known credential forms; each is specific enough not to fire on ordinary code. */
const rules: readonly { rule: string; pattern: RegExp }[] = [
  { rule: 'private key', pattern: /-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY(?: BLOCK)?-----/ },
  { rule: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { rule: 'GitHub token', pattern: /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b/ },
  { rule: 'GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20}\b/ },
  { rule: 'Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}\b/ },
  { rule: 'Google API key', pattern: /\bAIza[0-9A-Za-z_-]{35}\b/ },
  { rule: 'Stripe key', pattern: /\b[rs]k_live_[0-9A-Za-z]{20,}\b/ },
  { rule: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { rule: 'Paved token', pattern: /\bpvd_[A-Za-z0-9_-]{20,}\b/ },
  {
    rule: 'password in a connection string',
    pattern:
      /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqps?|redis):\/\/[^\s:@/${}<]+:(?!\$|\{|<|\*|password\b|postgres\b|secret\b|changeme\b)[^\s@/${}<]{8,}@/i,
  },
];

/** Finds credentials in a file's text. A line holding `paved:allow-secret` is left out. */
export function scanForSecrets(file: string, text: string): SecretFinding[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.length > 5_000 || line.includes('paved:allow-secret')) return [];
    const hit = rules.find(({ pattern }) => pattern.test(line));
    return hit === undefined ? [] : [{ file, line: index + 1, rule: hit.rule }];
  });
}
