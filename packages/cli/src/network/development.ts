/** A category for trying things out: a task whose deal is abandoned can be claimed after 60 s, rather than 50 minutes. */
export const DEVELOPMENT_CATEGORY = {
  name: "DEV",
  description: "Up to 6 seconds, for development",
  workClockTimeRef: 6n,
};
