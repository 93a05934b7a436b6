import { readFile } from 'node:fs/promises';

const file = new URL('../openapi.json', import.meta.url);

/** Serves the API's contract at `/openapi.json`: the same file that the catalog shows. */
export async function openapi(app) {
  const document = await readFile(file);
  app.get('/openapi.json', async (request, reply) => reply.type('application/json').send(document));
}
