// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

// Deadlines: a moment in unix seconds. What must be done before a deadline is refused from that second on, and what may
// be done after it is allowed from that second on, so that at every second exactly one of the two is possible.

/// @dev Contributions close this many category times after the deal.
uint256 constant CONTRIBUTION_DEADLINE_RATIO = 7;

/// @dev Reveals close this many category times after the consensus.
uint256 constant REVEAL_DEADLINE_RATIO = 2;

/// @dev Tasks may be claimed back this many category times after the deal.
uint256 constant FINAL_DEADLINE_RATIO = 10;

/// @dev What a workerpool stakes, in percent of its price: enough that abandoning tasks costs more than it saves.
uint256 constant WORKERPOOL_STAKE_RATIO = 30;

/// @dev What a successful workerpool draws from the kitty, in percent of it.
uint256 constant KITTY_RATIO = 10;

/// @dev What it draws at least, in nRLC, while there is as much: 1 RLC.
uint256 constant KITTY_MIN = 1e9;

/// @dev Where the stakes of failed workerpools wait: the first 20 bytes of keccak256("iExecKitty"), so nobody has its
/// key.
address constant KITTY_ADDRESS = 0x99c2268479b93fDe36232351229815DF80837e23;

/// @dev ERC-734 purpose under which an identity lists the members of a group.
uint256 constant GROUPMEMBER_PURPOSE = 4;

/// @dev A callback is given at least this: enough to store two words and to emit an event.
uint256 constant MIN_CALLBACK_GAS = 50_000;

/// @dev A callback is given at most this: a transaction takes 2^24 gas on some chains (EIP-7825), and to finalize a
/// task of 255 contributors with the longest results takes 10 million of it without the callback.
uint256 constant MAX_CALLBACK_GAS = 5_000_000;

/// @dev Ratios are in percent.
uint256 constant PERCENT = 100;

/// @dev More contributors than this would make a task too dear to finalize or claim in one transaction.
uint256 constant MAX_CONTRIBUTORS = 255;

/// @dev A boost deal counts its tasks in 16 bits.
uint256 constant MAX_BOOST_TASKS = type(uint16).max;

/// @dev A contract's code holds 24,576 bytes at most (EIP-170).
uint256 constant MAX_CODE_SIZE = 24_576;
