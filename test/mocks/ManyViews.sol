// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title ManyViews
/// @dev Asks many views at once, so that comparing two systems after every call stays cheap. Takes, one after the other,
/// a contract (20 bytes), the length of what to send it (2 bytes) and that. Answers for each, in whole words, whether it
/// was answered, how many bytes, and the bytes; those of a refusal are left out.
contract ManyViews {
    fallback() external {
        // Safe: static calls change nothing, and nothing of Solidity's memory is used, since it ends here.
        assembly {
            let end := 0
            for {
                let place := 0
            } lt(place, calldatasize()) {} {
                let target := shr(96, calldataload(place))
                let size := shr(240, calldataload(add(place, 20)))
                let answer := add(end, 64)
                calldatacopy(answer, add(place, 22), size)
                place := add(place, add(size, 22))

                let success := staticcall(gas(), target, answer, size, 0, 0)
                let length := mul(success, returndatasize())
                let padded := and(add(length, 31), not(31))
                mstore(end, success)
                mstore(add(end, 32), length)
                if padded {
                    mstore(add(answer, sub(padded, 32)), 0)
                }
                returndatacopy(answer, 0, length)
                end := add(answer, padded)
            }
            return(0, end)
        }
    }
}
