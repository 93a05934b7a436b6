import http from 'node:http';
import pg from 'pg';

// The yardstick: node:http and one prepared statement, in a process of its own. Arguments: database URL, schema-qualified query.
const [url = '', query = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 10 });
const server = http.createServer((request, response) => {
  const ref = decodeURIComponent((request.url ?? '/').slice(1));
  pool.query({ name: 'by-ref', text: query, values: [ref] }).then(
    ({ rows }) => {
      const body: string = rows[0]?.body ?? '';
      response.writeHead(rows.length === 0 ? 404 : 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    },
    (error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    },
  );
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
