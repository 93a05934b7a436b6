import type { Shape } from '../shape.ts';

/*
 * The form of a Score v1b1 document (score.dev/v1b1) after the upgrades of `upgrade.ts`, so files and volumes are maps here.
 * `form` is what people read when a text does not match.
 */

const label: Shape = { type: 'text', pattern: /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, form: '2 to 63 lower-case letters, digits and dashes' };
const title: Shape = { type: 'text', pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/, form: '2 to 63 letters, digits and dashes' };
const text: Shape = { type: 'text' };
const someText: Shape = { type: 'text', minLength: 1 };
const flag: Shape = { type: 'flag' };
const port: Shape = { type: 'whole', min: 1, max: 65_535 };
const words: Shape = { type: 'list', items: text };

const annotations: Shape = {
  type: 'map',
  keys: {
    pattern: /^(?=.{2,316}$)(?:(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,61}[A-Za-z0-9]$/,
    form: 'a name of 2 to 63 characters, after a DNS prefix and / if you like',
  },
  values: text,
};

const amounts: Shape = {
  type: 'record',
  fields: {
    memory: {
      type: 'text',
      pattern: /^(0\.\d+|[1-9]\d*(\.\d+)?)(K|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
      form: 'an amount such as 256Mi or 1.5G',
    },
    cpu: { type: 'text', pattern: /^\d+(?:m|\.\d+)?$/, form: 'cores such as 2, 0.5 or 250m' },
  },
};

const probe: Shape = {
  type: 'record',
  atLeastOne: ['httpGet', 'exec'],
  fields: {
    httpGet: {
      type: 'record',
      required: ['port', 'path'],
      fields: {
        port: { type: 'whole' },
        path: text,
        host: someText,
        scheme: { type: 'choice', of: ['HTTP', 'HTTPS'] },
        httpHeaders: {
          type: 'list',
          items: {
            type: 'record',
            required: ['name', 'value'],
            fields: { name: { type: 'text', pattern: /^[A-Za-z0-9_-]+$/, form: 'letters, digits, _ and -' }, value: someText },
          },
        },
      },
    },
    exec: { type: 'record', required: ['command'], fields: { command: words } },
  },
};

const container: Shape = {
  type: 'record',
  required: ['image'],
  fields: {
    image: someText,
    command: words,
    args: words,
    variables: { type: 'map', keys: { pattern: /^[^=]+$/, form: 'a name without =' }, values: text },
    files: {
      type: 'map',
      values: {
        type: 'record',
        exactlyOne: ['content', 'source', 'binaryContent'],
        fields: {
          mode: { type: 'text', pattern: /^0?[0-7]{3}$/, form: 'an octal mode such as 0644' },
          content: text,
          source: someText,
          binaryContent: { type: 'text', pattern: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, form: 'base64' },
          noExpand: flag,
        },
      },
    },
    volumes: { type: 'map', values: { type: 'record', required: ['source'], fields: { source: text, path: text, readOnly: flag } } },
    before: {
      type: 'map',
      keys: label,
      values: { type: 'record', required: ['ready'], fields: { ready: { type: 'choice', of: ['started', 'healthy', 'complete'] } } },
    },
    resources: { type: 'record', fields: { limits: amounts, requests: amounts } },
    livenessProbe: probe,
    readinessProbe: probe,
  },
};

export const scoreShape: Shape = {
  type: 'record',
  required: ['apiVersion', 'metadata', 'containers'],
  fields: {
    apiVersion: { type: 'choice', of: ['score.dev/v1b1'] },
    metadata: { type: 'record', open: true, required: ['name'], fields: { name: label, annotations } },
    service: {
      type: 'record',
      fields: {
        ports: {
          type: 'map',
          keys: label,
          values: {
            type: 'record',
            required: ['port'],
            fields: { port, targetPort: port, protocol: { type: 'choice', of: ['TCP', 'UDP'] } },
          },
        },
      },
    },
    containers: { type: 'map', keys: label, minEntries: 1, values: container },
    resources: {
      type: 'map',
      keys: label,
      values: {
        type: 'record',
        required: ['type'],
        fields: {
          type: title,
          class: title,
          id: {
            type: 'text',
            pattern: /^(?=.{2,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
            form: 'lower-case labels joined by dots, 2 to 63 characters',
          },
          metadata: { type: 'record', open: true, fields: { annotations } },
          params: { type: 'record', open: true, fields: {} },
        },
      },
    },
  },
};
