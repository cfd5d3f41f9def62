import './zod-setup.js';

// Only then: each schema of the contracts looks at Zod's settings when it is made.
void import('./start.js');
