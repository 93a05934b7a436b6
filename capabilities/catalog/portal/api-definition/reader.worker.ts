import { readDefinition } from '../../model/api-definition/read-definition.ts';

/** Reads a definition away from the page: a megabyte of YAML takes a second. */
addEventListener('message', (event: MessageEvent<{ type: string; text: string }>) => {
  postMessage(readDefinition(event.data.type, event.data.text));
});
