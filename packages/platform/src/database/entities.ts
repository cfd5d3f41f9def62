import { AssistantRow } from '../assistants/assistant.store.js';
import { RuntimeKeyRow } from '../assistants/runtime-key.store.js';
import { ApiTokenRow } from '../operators/api-token.store.js';
import { OperatorRow } from '../operators/operator.store.js';
import { ProfileRevisionRow, ProfileRow } from '../profiles/profile.rows.js';

/** Every TypeORM entity. */
export const entities = [AssistantRow, RuntimeKeyRow, OperatorRow, ApiTokenRow, ProfileRow, ProfileRevisionRow] as const;
