import { serviceRef } from '@paved/kernel';

/** One page of an entity's documentation, rendered and sanitised. */
export interface DocsPage {
  readonly path: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly { readonly id: string; readonly text: string; readonly level: number }[];
}

export interface Docs {
  /** Renders Markdown to sanitised HTML; relative links are resolved against `base`. */
  render(markdown: string, base?: string): Promise<{ html: string; headings: DocsPage['headings'] }>;
}

export const docs = serviceRef<Docs>('docs');
