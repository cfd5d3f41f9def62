/** The process's log, as classes ask for it. Fields are named by the caller: never a body, a header or a URL. */
export abstract class Logger {
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}
