import { everyone } from '@grantkeeper/core/grants/everyone';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';

/** Whether an operator consents here, for all users of the assistant. */
export const servesEveryone = ({ userId, testRunId }: SignIn): boolean => userId === everyone && testRunId === null;
