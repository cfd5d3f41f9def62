import { stopServices } from './services.mjs';

/** After the last spec, failed or not. */
// biome-ignore lint/style/noDefaultExport: jest calls the default export
export default stopServices;
