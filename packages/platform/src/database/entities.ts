/** Every TypeORM entity. */
export const entities = [] as const;
