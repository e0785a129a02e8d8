// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Answers anything with as much as its gas pays for.
contract BombingConsumer {
    /// @dev 130 kB: about 80,000 gas of memory for whoever answers, and again for whoever copies.
    uint256 private constant SIZE = 130_000;

    fallback() external {
        assembly {
            return(0, SIZE)
        }
    }
}
