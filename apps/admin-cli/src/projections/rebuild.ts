import { inTransaction } from '@grantkeeper/platform/database/pool';
import { appendAudit } from '@grantkeeper/platform/operators/audit.store';
import { rebuildProjection } from '@grantkeeper/platform/projections/apply-projection';
import { projections } from '@grantkeeper/platform/projections/projections';
import { actor, type Command, exits, Misused } from '../command.js';

export const rebuild: Command = {
  name: 'projections rebuild',
  summary: 'empties a projection; the workers make it again from the events',
  help: [
    'For figures that are in doubt: they are made again from the events that are kept. Until then pages show less.',
    'GET /v1/system says how far it is. Grants and tokens are not touched.',
  ],
  options: { name: { type: 'string', value: 'name', help: `one of ${projections.map(({ name }) => name).join(', ')}` } },
  run: async (given, { pool }) => {
    const projection = projections.find(({ name }) => name === given.name);
    if (!projection) throw new Misused(`--name must be one of ${projections.map(({ name }) => name).join(', ')}.`);
    await rebuildProjection(pool, projection);
    const record = {
      actor,
      action: 'projections.rebuild',
      subject: `projection:${projection.name}`,
      assistantId: null,
      detail: {},
    };
    await inTransaction(pool, (sql) => appendAudit(sql, [record]));
    return {
      exit: exits.done,
      json: { rebuilding: projection.name },
      text: [`${projection.name} is being made again by the workers.`],
    };
  },
};
