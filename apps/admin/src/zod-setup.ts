import { plainRule } from '@grantkeeper/contracts/plain-rules';
import { config } from 'zod/v4/core';

// A rule that is broken is told here in the words in which the API would tell it.
// Without `jitless` Zod would try whether it may compile code, and the content security policy would report the try.
config({ jitless: true, customError: plainRule });
