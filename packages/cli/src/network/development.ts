/** A category with short deadlines for development: an abandoned task can be claimed after 60 s, not 50 minutes. */
export const DEVELOPMENT_CATEGORY = {
  name: "DEV",
  description: "Up to 6 seconds, for development",
  workClockTimeRef: 6n,
};
