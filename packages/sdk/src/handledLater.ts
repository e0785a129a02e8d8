/** Marks a promise whose failure is handled later, so that it does not end the process until then. */
export function handledLater<Result>(promise: Promise<Result>): Promise<Result> {
  void Promise.allSettled([promise]);
  return promise;
}
