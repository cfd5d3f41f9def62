import { startServices } from './services.mjs';

/** Before the first spec of the projects that need services. */
// biome-ignore lint/style/noDefaultExport: jest calls the default export
export default startServices;
