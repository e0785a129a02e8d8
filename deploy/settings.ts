/** How a new hub is set up on every chain: the protocol's defaults. */
export const DEFAULT_SETTINGS = {
  name: "Staked RLC",
  symbol: "SRLC",
  callbackGas: 200_000n,
  categories: [
    { name: "XS", description: "Up to 5 minutes", workClockTimeRef: 300n },
    { name: "S", description: "Up to 20 minutes", workClockTimeRef: 1_200n },
    { name: "M", description: "Up to 1 hour", workClockTimeRef: 3_600n },
    { name: "L", description: "Up to 3 hours", workClockTimeRef: 10_800n },
    { name: "XL", description: "Up to 10 hours", workClockTimeRef: 36_000n },
  ],
};
