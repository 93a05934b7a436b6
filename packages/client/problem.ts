/** RFC 9457 problem details as the API sends them. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  /** One sentence: what is wrong and where. */
  readonly detail: string;
  readonly code: string;
  readonly fix?: string;
  readonly requestId: string;
  readonly problems?: readonly { readonly at: string; readonly message: string; readonly fix?: string }[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'status' in value && 'code' in value;
}
