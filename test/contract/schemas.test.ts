import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSchemas, SCHEMAS_FOLDER } from '../../sandbox/generateSchemas';

it('the committed schemas are those of the installed SDK; `tsx sandbox/generateSchemas.ts` writes them anew', () => {
  const committed = Object.fromEntries(readdirSync(SCHEMAS_FOLDER).map((name) => [name, readFileSync(join(SCHEMAS_FOLDER, name), 'utf8')]));
  expect(committed).toEqual(generateSchemas());
});
