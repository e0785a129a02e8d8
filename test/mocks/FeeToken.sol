// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev A token of which a transfer moves `keeps` per mille less than it was told to.
contract FeeToken {
    uint256 private immutable KEEPS;
    mapping(address account => uint256) public balanceOf;

    constructor(uint256 keeps) {
        KEEPS = keeps;
    }

    function give(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount - (amount * KEEPS) / 1_000;
        return true;
    }
}
