/** What a person asks for when importing a service. References are canonical. */
export interface Wanted {
  readonly name: string;
  readonly owner: string;
  readonly system?: string | undefined;
  readonly type: string;
  readonly lifecycle: string;
  readonly description?: string | undefined;
}

export const lifecycles = ['experimental', 'production', 'deprecated'] as const;

/** Component types that make something that runs. */
export const runs = (type: string): boolean => !['library', 'documentation', 'package'].includes(type);
