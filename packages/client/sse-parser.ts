export interface SseMessage {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/** Cuts a text stream into server-sent events (WHATWG HTML §9.2); `push` is given chunks as they come. */
export function createSseParser(onMessage: (message: SseMessage) => void): { push: (chunk: string) => void } {
  let rest = '';
  let id: string | undefined;
  let event = '';
  let data: string[] = [];
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) onMessage({ event: event || 'message', data: data.join('\n'), ...(id === undefined ? {} : { id }) });
      event = '';
      data = [];
      id = undefined;
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    if (field === 'event') event = value;
    if (field === 'id') id = value;
  };
  return {
    push(chunk) {
      rest += chunk;
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
    },
  };
}
