import { assistantsPageSchema } from '@grantkeeper/contracts/assistants/http';
import { listQuery } from '../../api/pages.js';

export const assistantsListQuery = listQuery({ key: ['assistants', 'list'], path: '/v1/assistants', page: assistantsPageSchema });
