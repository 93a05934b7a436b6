import { catalog } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { repositories } from '@paved/repositories';
import { docs } from '../index.ts';
import { addDocsRoutes } from './routes.ts';
import { createDocs } from './service.ts';

export const docsCapability = defineCapability({
  name: 'docs',
  provides: docs,
  needs: { catalog, repositories },
  permissions: [{ name: 'docs.page.read', description: 'Read documentation.', role: 'viewer' }],
  create(ctx) {
    const service = createDocs({ catalog: ctx.needs.catalog, scm: ctx.needs.repositories, baseUrl: ctx.baseUrl });
    return { service: service.service, routes: (app) => addDocsRoutes(app, service) };
  },
});
