// Health check of a container: node health.mjs <port>. The image has no curl.
const [port] = process.argv.slice(2);
const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(8_000) });
process.exitCode = status === 200 ? 0 : 1;
