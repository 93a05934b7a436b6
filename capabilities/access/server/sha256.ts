import { hash } from 'node:crypto';

/** SHA-256 as base64url: how credentials are kept and looked up. They carry ≥ 190 random bits, so no salt is needed. */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url');
