import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit generate --name what-changed` writes the next migration; the gateway applies it when it opens. */
export default defineConfig({
  dialect: 'sqlite',
  schema: './gateway/db/schema.ts',
  out: './resources/migrations',
});
