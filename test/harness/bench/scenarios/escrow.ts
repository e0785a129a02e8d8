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
    play: ({ market }) => market.call(market.hub.connect(market.accounts.newcomer).deposit(AMOUNT)),
  },
  {
    name: "deposit, again",
    setting: "the usual state",
    needs: { writes: [...TAKEN, SUPPLY, ACCOUNT] },
    play: ({ market }) => market.call(market.hub.connect(market.accounts.requester).deposit(AMOUNT)),
  },
  {
    name: "depositFor",
    setting: "the target never had anything in escrow",
    needs: { writes: [...TAKEN, SUPPLY, NEW_ACCOUNT] },
    play: ({ market: { call, hub, accounts } }) =>
      call(hub.connect(accounts.requester).depositFor(AMOUNT, accounts.newcomer)),
  },
  {
    name: "depositForArray, 2 targets",
    setting: "both have something in escrow",
    needs: {
      writes: [...TAKEN, SUPPLY, changed("the first target's account"), changed("the second target's account")],
    },
    play: ({ market: { call, hub, accounts } }) =>
      call(
        hub
          .connect(accounts.requester)
          .depositForArray([AMOUNT, AMOUNT], [accounts.worker1.address, accounts.worker2.address]),
      ),
  },
  {
    name: "RLC.approveAndCall",
    setting: "a deposit in one call; the caller has allowed nothing, and never had anything in escrow",
    needs: { writes: [changed("RLC of the caller"), changed("RLC of the hub"), SUPPLY, NEW_ACCOUNT] },
    play: async ({ market: { call, hub, accounts, token } }) => {
      await token.connect(accounts.newcomer).approve(hub, 0n);
      return call(token.connect(accounts.newcomer).approveAndCall(hub, AMOUNT, "0x"));
    },
  },
  {
    name: "withdraw",
    setting: "the usual state",
    needs: { writes: [...PAID_OUT, SUPPLY, ACCOUNT] },
    play: ({ market: { call, hub, accounts } }) => call(hub.connect(accounts.requester).withdraw(AMOUNT)),
  },
  {
    name: "withdrawTo",
    setting: "the target has RLC",
    needs: { writes: [...PAID_OUT, SUPPLY, ACCOUNT] },
    play: ({ market: { call, hub, accounts } }) =>
      call(hub.connect(accounts.requester).withdrawTo(AMOUNT, accounts.worker1)),
  },
  {
    name: "transfer",
    setting: "the receiver has something in escrow",
    needs: { writes: [ACCOUNT, changed("the receiver's account")] },
    play: ({ market: { call, hub, accounts } }) =>
      call(hub.connect(accounts.requester).transfer(accounts.worker1, AMOUNT)),
  },
  {
    name: "transfer to a newcomer",
    setting: "the receiver never had anything in escrow",
    needs: { writes: [ACCOUNT, NEW_ACCOUNT] },
    play: ({ market: { call, hub, accounts } }) =>
      call(hub.connect(accounts.requester).transfer(accounts.newcomer, AMOUNT)),
  },
  {
    name: "transferFrom",
    setting: "the receiver has something in escrow; part of the allowance is left",
    needs: { writes: [ACCOUNT, changed("the receiver's account"), changed("the allowance")] },
    play: async ({ market: { call, hub, accounts } }) => {
      await hub.connect(accounts.requester).approve(accounts.sponsor, 3n * AMOUNT);
      return call(hub.connect(accounts.sponsor).transferFrom(accounts.requester, accounts.worker1, AMOUNT));
    },
  },
  {
    name: "approve",
    setting: "nothing was allowed before",
    needs: { writes: [added("the allowance")] },
    play: ({ market: { call, hub, accounts } }) =>
      call(hub.connect(accounts.requester).approve(accounts.sponsor, AMOUNT)),
  },
  {
    name: "increaseAllowance",
    setting: "something is allowed already",
    needs: { writes: [changed("the allowance")] },
    play: async ({ market: { call, hub, accounts } }) => {
      await hub.connect(accounts.requester).approve(accounts.sponsor, AMOUNT);
      return call(hub.connect(accounts.requester).increaseAllowance(accounts.sponsor, AMOUNT));
    },
  },
  {
    name: "decreaseAllowance",
    setting: "half of what is allowed",
    needs: { writes: [changed("the allowance")] },
    play: async ({ market: { call, hub, accounts } }) => {
      await hub.connect(accounts.requester).approve(accounts.sponsor, 2n * AMOUNT);
      return call(hub.connect(accounts.requester).decreaseAllowance(accounts.sponsor, AMOUNT));
    },
  },
  {
    name: "recover",
    setting: "somebody sent RLC to the hub; the owner has nothing in escrow",
    needs: { writes: [SUPPLY, added("the owner's account")] },
    play: async ({ market: { call, hub, accounts, token } }) => {
      await token.connect(accounts.requester).transfer(hub, AMOUNT);
      return call(hub.connect(accounts.owner).recover());
    },
  },
];
