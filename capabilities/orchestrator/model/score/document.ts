import type { JsonObject } from '@paved/kernel';

/** A Score v1b1 document after validation and upgrades. */
export interface ScoreDocument {
  readonly apiVersion: 'score.dev/v1b1';
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> } & JsonObject;
  readonly service?: { readonly ports?: Readonly<Record<string, ScorePort>> };
  readonly containers: Readonly<Record<string, ScoreContainer>>;
  readonly resources?: Readonly<Record<string, ScoreResource>>;
}

export interface ScorePort {
  readonly port: number;
  readonly targetPort?: number;
  readonly protocol?: 'TCP' | 'UDP';
}

export interface ScoreContainer {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, ScoreFile>>;
  readonly volumes?: Readonly<Record<string, ScoreVolume>>;
  readonly before?: Readonly<Record<string, { readonly ready: 'started' | 'healthy' | 'complete' }>>;
  readonly resources?: { readonly limits?: ScoreAmounts; readonly requests?: ScoreAmounts };
  readonly livenessProbe?: ScoreProbe;
  readonly readinessProbe?: ScoreProbe;
}

export interface ScoreFile {
  readonly content?: string;
  readonly source?: string;
  readonly binaryContent?: string;
  readonly mode?: string;
  readonly noExpand?: boolean;
}

export interface ScoreVolume {
  readonly source: string;
  readonly path?: string;
  readonly readOnly?: boolean;
}

export interface ScoreAmounts {
  readonly memory?: string;
  readonly cpu?: string;
}

export interface ScoreProbe {
  readonly httpGet?: {
    readonly port: number;
    readonly path: string;
    readonly host?: string;
    readonly scheme?: 'HTTP' | 'HTTPS';
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly exec?: { readonly command: readonly string[] };
}

export interface ScoreResource {
  readonly type: string;
  readonly class?: string;
  readonly id?: string;
  readonly metadata?: JsonObject;
  readonly params?: JsonObject;
}
