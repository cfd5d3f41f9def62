import { config } from 'zod/v4/core';

// Zod would try whether it may compile code, and the content security policy would report the try.
config({ jitless: true });
