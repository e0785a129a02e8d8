import { added, changed, type Scenario } from "../scenario.js";

const AMOUNT = 1_000_000_001n;

/** The slots of the token that a transfer by allowance changes. */
const TAKEN = ["RLC of the caller", "RLC of the hub", "RLC allowance"].map(changed);
const PAID_OUT = ["RLC of the hub", "RLC of the receiver"].map(changed);
const SUPPLY = changed("the supply of SRLC");
const ACCOUNT = changed("the caller's account");
const NEW_ACCOUNT = added("the newcomer's account");

/** Deposits, withdrawals, and SRLC as an ERC-20. The requester calls, whose account, wallet and allowance are not empty. */
export const ESCROW: readonly Scenario[] = [
  {
    name: "deposit, first",
    setting: "the caller has RLC, but never had anything in escrow",
    needs: { writes: [...TAKEN, SUPPLY, NEW_ACCOUNT] },
    play: ({ market }) => market.call(market.hub.connect(market.cast.newcomer).deposit(AMOUNT)),
  },
  {
    name: "deposit, again",
    setting: "the usual state",
    needs: { writes: [...TAKEN, SUPPLY, ACCOUNT] },
    play: ({ market }) => market.call(market.hub.connect(market.cast.requester).deposit(AMOUNT)),
  },
  {
    name: "depositFor",
    setting: "the target never had anything in escrow",
    needs: { writes: [...TAKEN, SUPPLY, NEW_ACCOUNT] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).depositFor(AMOUNT, cast.newcomer)),
  },
  {
    name: "depositForArray, 2 targets",
    setting: "both have something in escrow",
    needs: {
      writes: [...TAKEN, SUPPLY, changed("the first target's account"), changed("the second target's account")],
    },
    play: ({ market: { call, hub, cast } }) =>
      call(hub.connect(cast.requester).depositForArray([AMOUNT, AMOUNT], [cast.worker1.address, cast.worker2.address])),
  },
  {
    name: "RLC.approveAndCall",
    setting: "a deposit in one call; the caller has allowed nothing, and never had anything in escrow",
    needs: { writes: [changed("RLC of the caller"), changed("RLC of the hub"), SUPPLY, NEW_ACCOUNT] },
    play: async ({ market: { call, hub, cast, token } }) => {
      await token.connect(cast.newcomer).approve(hub, 0n);
      return call(token.connect(cast.newcomer).approveAndCall(hub, AMOUNT, "0x"));
    },
  },
  {
    name: "withdraw",
    setting: "the usual state",
    needs: { writes: [...PAID_OUT, SUPPLY, ACCOUNT] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).withdraw(AMOUNT)),
  },
  {
    name: "withdrawTo",
    setting: "the target has RLC",
    needs: { writes: [...PAID_OUT, SUPPLY, ACCOUNT] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).withdrawTo(AMOUNT, cast.worker1)),
  },
  {
    name: "transfer",
    setting: "the receiver has something in escrow",
    needs: { writes: [ACCOUNT, changed("the receiver's account")] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).transfer(cast.worker1, AMOUNT)),
  },
  {
    name: "transfer to a newcomer",
    setting: "the receiver never had anything in escrow",
    needs: { writes: [ACCOUNT, NEW_ACCOUNT] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).transfer(cast.newcomer, AMOUNT)),
  },
  {
    name: "transferFrom",
    setting: "the receiver has something in escrow; part of the allowance is left",
    needs: { writes: [ACCOUNT, changed("the receiver's account"), changed("the allowance")] },
    play: async ({ market: { call, hub, cast } }) => {
      await hub.connect(cast.requester).approve(cast.sponsor, 3n * AMOUNT);
      return call(hub.connect(cast.sponsor).transferFrom(cast.requester, cast.worker1, AMOUNT));
    },
  },
  {
    name: "approve",
    setting: "nothing was allowed before",
    needs: { writes: [added("the allowance")] },
    play: ({ market: { call, hub, cast } }) => call(hub.connect(cast.requester).approve(cast.sponsor, AMOUNT)),
  },
  {
    name: "increaseAllowance",
    setting: "something is allowed already",
    needs: { writes: [changed("the allowance")] },
    play: async ({ market: { call, hub, cast } }) => {
      await hub.connect(cast.requester).approve(cast.sponsor, AMOUNT);
      return call(hub.connect(cast.requester).increaseAllowance(cast.sponsor, AMOUNT));
    },
  },
  {
    name: "decreaseAllowance",
    setting: "half of what is allowed",
    needs: { writes: [changed("the allowance")] },
    play: async ({ market: { call, hub, cast } }) => {
      await hub.connect(cast.requester).approve(cast.sponsor, 2n * AMOUNT);
      return call(hub.connect(cast.requester).decreaseAllowance(cast.sponsor, AMOUNT));
    },
  },
  {
    name: "recover",
    setting: "somebody sent RLC to the hub; the owner has nothing in escrow",
    needs: { writes: [SUPPLY, added("the owner's account")] },
    play: async ({ market: { call, hub, cast, token } }) => {
      await token.connect(cast.requester).transfer(hub, AMOUNT);
      return call(hub.connect(cast.owner).recover());
    },
  },
];
