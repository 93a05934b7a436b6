/// <reference lib="webworker" />
import { matchesType } from '@paved/ui/match-type';
import { createEventStream, type StreamState } from './event-stream.ts';
import type { FromTab, ToTab } from './protocol.ts';

// One of these runs per browser, whatever number of tabs is open: HTTP/1.1 allows six connections to one server.

interface Tab {
  types: readonly string[];
  heard: number;
}

const FORGOTTEN_AFTER = 5 * 60_000;
const tabs = new Map<MessagePort, Tab>();
let state: StreamState = { connection: 'connecting' };

const post = (port: MessagePort, message: ToTab) => port.postMessage(message);
const stream = createEventStream({
  onEvent(event) {
    for (const [port, tab] of tabs) if (matchesType(event.type, tab.types)) post(port, { kind: 'event', event });
  },
  onState(next) {
    state = next;
    for (const port of tabs.keys()) post(port, { kind: 'state', state });
  },
});

function renew(): void {
  const now = Date.now();
  for (const [port, tab] of tabs) if (now - tab.heard > FORGOTTEN_AFTER) tabs.delete(port);
  stream.want([...tabs.values()].flatMap((tab) => tab.types));
}

(self as unknown as SharedWorkerGlobalScope).onconnect = ({ ports }) => {
  const port = ports[0];
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<FromTab>) => {
    if (data.kind === 'bye') tabs.delete(port);
    else {
      tabs.set(port, { types: data.kind === 'want' ? data.types : (tabs.get(port)?.types ?? data.types), heard: Date.now() });
      if (data.kind === 'retry') stream.retryNow();
    }
    renew();
  };
  post(port, { kind: 'state', state });
};
