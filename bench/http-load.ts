import http from 'node:http';

/** `connections` keep-alive connections ask `next()` for `seconds`; gives requests per second and latencies in ms. */
export async function httpLoad(options: {
  url: string;
  path: () => string;
  headers?: Record<string, string>;
  connections: number;
  seconds: number;
}): Promise<{ rps: number; latencies: number[] }> {
  const { hostname, port } = new URL(options.url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: options.connections });
  const latencies: number[] = [];
  const end = performance.now() + options.seconds * 1000;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const request = http.get({ agent, hostname, port, path: options.path(), headers: options.headers }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`${options.path()} answered ${response.statusCode}.`));
        response.resume();
        response.once('end', () => {
          latencies.push(performance.now() - started);
          resolve();
        });
      });
      request.once('error', reject);
    });
  const started = performance.now();
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      while (performance.now() < end) await one();
    }),
  );
  agent.destroy();
  return { rps: (latencies.length / (performance.now() - started)) * 1000, latencies };
}
