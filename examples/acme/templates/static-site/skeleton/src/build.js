import { fileURLToPath } from 'node:url';
import { buildSite } from './site.js';

const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const written = await buildSite({ content: folder('content'), assets: folder('assets'), target: folder('dist'), site: ${{ values.title | dump }} });
console.log(`${written.length} pages in dist/`);
