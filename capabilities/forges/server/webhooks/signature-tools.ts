import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureTools } from '../../index.ts';

/** What drivers check signatures with: they know no crypto themselves. */
export const signatureTools: SignatureTools = {
  hmac: (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest(),
  equal(a, b) {
    const [left, right] = [Buffer.from(a as string), Buffer.from(b as string)];
    // A comparison of equal work even when the lengths differ, which themselves are no secret.
    if (left.length !== right.length) return timingSafeEqual(left, left) && false;
    return timingSafeEqual(left, right);
  },
};
