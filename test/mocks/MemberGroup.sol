// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC734} from "../../contracts/interfaces/external/IERC734.sol";

/// @dev A group that anybody may add members to.
contract MemberGroup is IERC734 {
    uint256 private constant _GROUP_MEMBER = 4;

    mapping(bytes32 key => bool) private _members;

    function add(address member) external {
        _members[bytes32(uint256(uint160(member)))] = true;
    }

    function keyHasPurpose(bytes32 key, uint256 purpose) external view returns (bool) {
        return purpose == _GROUP_MEMBER && _members[key];
    }
}
