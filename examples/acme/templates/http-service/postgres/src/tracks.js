const columns = 'id, title, artist, seconds, added_at as "addedAt"';

const newTrack = {
  type: 'object',
  required: ['title', 'artist', 'seconds'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 200 },
    artist: { type: 'string', minLength: 1, maxLength: 200 },
    seconds: { type: 'integer', minimum: 1, maximum: 36_000 },
  },
};
const listQuery = {
  type: 'object',
  properties: { artist: { type: 'string' }, limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
};
const oneTrack = { type: 'object', properties: { id: { type: 'integer', minimum: 1, maximum: 2_147_483_647 } } };

/**
 * Tracks, read from and written to the service's own database.
 *
 * @param {import('pg').Pool} database
 * @returns {import('fastify').FastifyPluginAsync}
 */
export const tracks = (database) => async (app) => {
  app.get('/api/tracks', { schema: { querystring: listQuery } }, async (request) => {
    const { artist, limit } = request.query;
    const { rows } = await database.query(
      `select ${columns} from track where $1::text is null or artist = $1 order by added_at desc, id desc limit $2`,
      [artist ?? null, limit],
    );
    return { items: rows };
  });

  app.get('/api/tracks/:id', { schema: { params: oneTrack } }, async (request, reply) => {
    const { rows } = await database.query(`select ${columns} from track where id = $1`, [request.params.id]);
    return rows[0] ?? reply.code(404).send({ statusCode: 404, error: 'Not Found', message: `No track has the id ${request.params.id}.` });
  });

  app.post('/api/tracks', { schema: { body: newTrack } }, async (request, reply) => {
    const { title, artist, seconds } = request.body;
    const { rows } = await database.query(`insert into track (title, artist, seconds) values ($1, $2, $3) returning ${columns}`, [
      title,
      artist,
      seconds,
    ]);
    return reply.code(201).header('location', `/api/tracks/${rows[0].id}`).send(rows[0]);
  });
};
