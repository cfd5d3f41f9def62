import pg from 'pg';

/** The process's pool of plain connections, as a class that can be asked for by name. */
export const SqlPool = pg.Pool;
export type SqlPool = pg.Pool;
