import Fastify from 'fastify';
import { Pool } from 'undici';

// The floor of this runtime: what Fastify and undici cost when nothing is done between them. The bytes of the request go
// to the provider named in FLOOR_PROVIDER as they came, the bytes of the reply come back as a stream.

const pool = new Pool(process.env.FLOOR_PROVIDER ?? 'http://127.0.0.1:1');
const app = Fastify({ bodyLimit: 32 * 1024 * 1024, forceCloseConnections: true });

app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post<{ Body: Buffer }>('/v1/chat/completions', async (request, reply) => {
  const answer = await pool.request({
    method: 'POST',
    path: request.url,
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: request.body,
  });
  const { 'content-type': type, 'content-length': length } = answer.headers;
  reply.code(answer.statusCode);
  if (type !== undefined) reply.header('content-type', type);
  if (length !== undefined) reply.header('content-length', length);
  return reply.send(answer.body);
});

app.get('/v1/models', async (request, reply) => {
  const answer = await pool.request({ method: 'GET', path: request.url });
  return reply.code(answer.statusCode).type('application/json').send(answer.body);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.FLOOR_PORT ?? 0) });
const address = app.server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
process.on('disconnect', () => process.exit(0));
