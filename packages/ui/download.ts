import { api } from './api.ts';

function take(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Lets the browser take a file away from an address of the API: it is written to disk while it is read. */
export const downloadFrom = (href: string): void => take(href, '');

/** The same for a question that does not fit an address; the answer is text or JSON. */
export async function downloadPosted(path: string, body: unknown, name: string): Promise<void> {
  const answer = await api.post<unknown>(path, body);
  // Reading an answer as text drops the mark by which Excel knows UTF-8.
  downloadText(typeof answer === 'string' ? `\uFEFF${answer}` : JSON.stringify(answer, null, 1), name);
}

/** The same for a text that is here already. */
export const downloadText = (text: string, name: string): void => saveBlob(new Blob([text]), name);

/** The same for bytes that are here already: a picture. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  take(address, name);
  // The browser has read it long before.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
