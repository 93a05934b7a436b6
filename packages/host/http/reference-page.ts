/** The parts of an OpenAPI 3.1 document that the page shows. */
export interface OpenApiDocument {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Record<string, unknown> }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
  'x-permission'?: string;
}

/** One page of HTML: every operation by tag, with parameters, bodies, answers and the permission it needs. */
export function renderReference(document: OpenApiDocument): string {
  const byTag = new Map<string, { method: string; path: string; operation: Operation }[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), { method, path, operation }]);
    }
  }
  const tags = [...byTag.keys()].sort();
  const navigation = tags.map((tag) => `<li><a href="#${escape(tag)}">${escape(tag)}</a></li>`).join('');
  const sections = tags
    .map(
      (tag) =>
        `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${(byTag.get(tag) ?? []).map((entry) => operationHtml(entry)).join('')}</section>`,
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(document.info.title)} API</title><style>${css}</style></head>
<body><nav><strong>${escape(document.info.title)} API</strong><ul>${navigation}</ul><a href="/api/openapi.json">openapi.json</a></nav><main><h1>${escape(document.info.title)} API ${escape(document.info.version)}</h1><p>${escape(document.info.description ?? '')}</p>${sections}</main></body></html>`;
}

function operationHtml({ method, path, operation }: { method: string; path: string; operation: Operation }): string {
  const parameters = (operation.parameters ?? [])
    .map(
      (p) =>
        `<tr><td><code>${escape(p.name)}</code></td><td>${escape(p.in)}${p.required ? ', required' : ''}</td><td>${escape(p.description ?? '')}</td></tr>`,
    )
    .join('');
  const body = Object.entries(operation.requestBody?.content ?? {})
    .map(([type, { schema }]) => schemaHtml(`Body, ${type}`, schema))
    .join('');
  const answers = Object.entries(operation.responses ?? {})
    .map(([status, { content }]) =>
      Object.entries(content ?? {})
        .map(([type, { schema }]) => schemaHtml(`${status}, ${type}`, schema))
        .join(''),
    )
    .join('');
  const permission = operation['x-permission'] === undefined ? '' : `<p>Permission <code>${escape(operation['x-permission'])}</code></p>`;
  return `<article id="${escape(operation.operationId ?? `${method}-${path}`)}"><h3><span>${escape(method.toUpperCase())}</span> <code>${escape(path)}</code></h3><p>${escape(operation.summary ?? '')}</p>${operation.description === undefined ? '' : `<p>${escape(operation.description)}</p>`}${permission}${parameters === '' ? '' : `<table><thead><tr><th>Name</th><th>In</th><th>Meaning</th></tr></thead><tbody>${parameters}</tbody></table>`}${body}${answers}</article>`;
}

function schemaHtml(title: string, schema: unknown): string {
  return `<details><summary>${escape(title)}</summary><pre tabindex="0">${escape(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const css = `:root{color-scheme:light dark;--fg:#1b1b18;--bg:#fff;--muted:#51504b;--line:#e4e3e0;--inset:#f5f4f2;--link:#1656d5}
@media(prefers-color-scheme:dark){:root{--fg:#ecedef;--bg:#121316;--muted:#adafb5;--line:#26282b;--inset:#0d0e10;--link:#7ca8fb}}
body{margin:0;display:grid;grid-template-columns:220px minmax(0,1fr);font:14px/20px system-ui,sans-serif;color:var(--fg);background:var(--bg)}
nav{position:sticky;top:0;align-self:start;padding:24px;max-height:100vh;overflow:auto;box-sizing:border-box}nav ul{list-style:none;padding:0}
main{padding:24px 32px;max-width:960px}a{color:var(--link)}article{border-top:1px solid var(--line);padding:12px 0}h3{font-size:14px;margin:8px 0}h3 span{display:inline-block;min-width:56px;color:var(--muted)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:4px 12px 4px 0;border-top:1px solid var(--line);font-size:13px}pre{background:var(--inset);padding:12px;overflow:auto;font-size:12px}summary{cursor:pointer;color:var(--muted)}
@media(max-width:820px){body{grid-template-columns:1fr}nav{position:static}}`;
