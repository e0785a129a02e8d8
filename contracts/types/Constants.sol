// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

// A deadline is a time in unix seconds. An action that must be done before a deadline is refused from that second on,
// and an action that may be done after it is allowed from that second on: at every second exactly one of the two is
// possible.

/// @dev The contribution deadline, in category times after the deal.
uint256 constant CONTRIBUTION_DEADLINE_RATIO = 7;

/// @dev The reveal deadline, in category times after the consensus.
uint256 constant REVEAL_DEADLINE_RATIO = 2;

/// @dev The final deadline, from which on tasks may be claimed, in category times after the deal.
uint256 constant FINAL_DEADLINE_RATIO = 10;

/// @dev The stake of a workerpool, in percent of its price: enough that abandoning tasks costs more than it saves.
uint256 constant WORKERPOOL_STAKE_RATIO = 30;

/// @dev The share of the kitty that a successful workerpool draws, in percent.
uint256 constant KITTY_RATIO = 10;

/// @dev The least amount that it draws, in nRLC, if the kitty holds as much: 1 RLC.
uint256 constant KITTY_MIN = 1e9;

/// @dev The account of the stakes of failed workerpools: the first 20 bytes of keccak256("iExecKitty"), so that nobody
/// has its key.
address constant KITTY_ADDRESS = 0x99c2268479b93fDe36232351229815DF80837e23;

/// @dev ERC-734 purpose under which an identity lists the members of a group.
uint256 constant GROUPMEMBER_PURPOSE = 4;

/// @dev The least gas of callbacks: enough to store two words and to emit an event.
uint256 constant MIN_CALLBACK_GAS = 50_000;

/// @dev The most gas of callbacks: a transaction is limited to 2^24 gas on some chains (EIP-7825), and finalizing a
/// task of 255 contributors with the longest results takes 10 million of it without the callback.
uint256 constant MAX_CALLBACK_GAS = 5_000_000;

/// @dev The whole, since ratios are in percent.
uint256 constant PERCENT = 100;

/// @dev The most contributors of a task: more could make it too expensive to finalize or claim in one transaction.
uint256 constant MAX_CONTRIBUTORS = 255;

/// @dev The most tasks of a boost deal, which counts them in 16 bits.
uint256 constant MAX_BOOST_TASKS = type(uint16).max;

/// @dev The most bytes of a contract's code (EIP-170).
uint256 constant MAX_CODE_SIZE = 24_576;
