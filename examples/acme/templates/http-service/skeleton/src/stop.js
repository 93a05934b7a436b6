/**
 * Stops on SIGTERM and SIGINT: no new connections, requests in flight end, then the process does. A second signal or
 * the time-out ends it at once.
 */
export function stopOnSignals(app, settings) {
  let stopping = false;
  const stop = async (signal) => {
    if (stopping) process.exit(1);
    stopping = true;
    app.log.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), settings.stopTimeoutMs).unref();
    await app.close();
    app.log.info('Stopped');
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
