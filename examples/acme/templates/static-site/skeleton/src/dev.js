// Builds, then serves; `npm run dev` starts it again when something changes.
await import('./build.js');
await import('./serve.js');
