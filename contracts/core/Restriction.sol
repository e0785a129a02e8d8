// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {IERC734} from "../interfaces/external/IERC734.sol";
import {GROUPMEMBER_PURPOSE} from "../types/Constants.sol";

/// @title Restriction
/// @dev The restrictions of orders. Calls the ERC-734 contract that an order names, through {LowLevelCall}, with
/// staticcall: it can change nothing, and its failure means that it admits nobody.
library Restriction {
    /// @dev Returns whether `restriction` admits `account`: zero admits everyone, an address itself, and an ERC-734
    /// group its members.
    function admits(address restriction, address account) internal view returns (bool) {
        if (restriction == address(0) || restriction == account) return true;
        if (restriction.code.length == 0) return false;

        (bool success, bytes32 answer, ) = LowLevelCall.staticcallReturn64Bytes(
            restriction,
            abi.encodeCall(IERC734.keyHasPurpose, (bytes32(uint256(uint160(account))), GROUPMEMBER_PURPOSE))
        );
        return success && LowLevelCall.returnDataSize() >= 32 && uint256(answer) == 1;
    }
}
