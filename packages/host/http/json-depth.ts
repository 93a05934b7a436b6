/** Deepest nesting of a JSON body; what reads bodies goes down level by level and must not run out of stack. */
export const MAX_JSON_DEPTH = 200;

/** Whether a JSON text nests deeper than `limit`. Looks at brackets outside of strings only: linear, without recursion. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}
