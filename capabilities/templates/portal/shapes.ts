import type { Problem } from '@paved/kernel';
import type { IconType, Schema } from '@paved/ui';
import { iconOf } from '@paved/ui';

export interface TemplateCard {
  readonly ref: string;
  readonly name: string;
  readonly namespace: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly icon?: string;
  readonly steps: number;
  readonly uses: number;
  readonly typicalMs?: number;
  readonly problems: readonly Problem[];
}

export interface TemplateDetail {
  readonly card: TemplateCard;
  readonly pages: readonly { readonly title: string; readonly description?: string; readonly schema: Schema }[];
  readonly secretsSchema?: Schema;
  readonly presentation?: { readonly buttonLabels?: { readonly createButtonText?: string } };
  readonly steps: readonly { readonly id: string; readonly name: string; readonly action: string }[];
}

export interface Preview {
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly steps: readonly { readonly id: string; readonly name: string; readonly action: string; readonly status: string }[];
  readonly files: readonly { readonly path: string; readonly size: number; readonly executable: boolean }[];
  readonly entities: readonly {
    readonly ref: string;
    readonly kind: string;
    readonly name: string;
    readonly type?: string;
    readonly owner?: string;
  }[];
  readonly resources: readonly { readonly name: string; readonly type: string; readonly class: string }[];
  readonly repository?: string;
  readonly typicalMs?: number;
  readonly error?: { readonly message: string; readonly fix?: string };
}

/** A golden path's icon follows what it makes. */
export const templateIcon = (card: TemplateCard): IconType => iconOf('component', card.icon ?? card.type);
