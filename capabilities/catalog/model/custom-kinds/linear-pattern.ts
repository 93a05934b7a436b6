import { RE2JS } from 're2js';
import { messageOf } from '@paved/kernel';

/** The one place that knows re2js: patterns that strangers wrote, matched in time linear to the text, whatever they say. */
export interface LinearPattern {
  test(text: string): boolean;
  /** The pattern itself: ajv keeps compiled patterns by this text. */
  toString(): string;
}

/** Longest pattern that is taken, in characters. */
const MAX_PATTERN = 500;

/** Compiles a pattern (RE2 syntax: no look-around, no back-references); throws a sentence when it is none. */
export function linearPattern(pattern: string): LinearPattern {
  if (pattern.length > MAX_PATTERN) throw new Error(`the pattern has ${pattern.length} characters; at most ${MAX_PATTERN} are taken`);
  try {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
  } catch (error) {
    throw new Error(`the pattern ${JSON.stringify(pattern)} cannot be used: ${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}`, {
      cause: error,
    });
  }
}
