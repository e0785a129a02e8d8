// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Reverts with as much as its gas pays for.
contract RevertBombingConsumer {
    /// @dev 130 kB: about 80,000 gas of memory for whoever reverts, and again for whoever copies.
    uint256 private constant SIZE = 130_000;

    fallback() external {
        assembly {
            revert(0, SIZE)
        }
    }
}
