// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice The SRLC of an account, in nRLC: `stake` is free, `locked` is frozen.
struct Account {
    uint256 stake;
    uint256 locked;
}
