// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Restriction} from "../../../contracts/core/Restriction.sol";
import {IERC734} from "../../../contracts/interfaces/external/IERC734.sol";

contract Restriction_Test is Test {
    address internal constant GROUP = address(0x67726f7570);

    function testFuzz_ZeroAdmitsEveryone(address account) external view {
        assertTrue(Restriction.admits(address(0), account));
    }

    function testFuzz_AnAddressAdmitsItself(address account) external view {
        assertTrue(Restriction.admits(account, account));
    }

    function testFuzz_AnAddressWithoutCodeAdmitsNobodyElse(address restriction, address account) external view {
        vm.assume(restriction != address(0) && restriction != account && restriction.code.length == 0);
        assertFalse(Restriction.admits(restriction, account));
    }

    /// @dev Precompiles have no code, but they answer.
    function testFuzz_PrecompilesAdmitNobodyElse(uint8 number, address account) external view {
        address precompile = address(uint160(bound(number, 1, 17)));
        vm.assume(account != precompile);
        assertFalse(Restriction.admits(precompile, account));
    }

    function testFuzz_AGroupAdmitsWhomItListsUnderPurposeFour(address member, address other) external {
        vm.assume(member != other && other != GROUP && member != GROUP);
        vm.etch(GROUP, hex"5f5ffd");
        bytes32 key = bytes32(uint256(uint160(member)));
        vm.mockCall(GROUP, abi.encodeCall(IERC734.keyHasPurpose, (key, 4)), abi.encode(true));

        assertTrue(Restriction.admits(GROUP, member), "member");
        assertFalse(Restriction.admits(GROUP, other), "other");
    }

    function testFuzz_AGroupMayListUnderOtherPurposesOnly(uint256 purpose, address member) external {
        vm.assume(purpose != 4 && member != GROUP);
        vm.etch(GROUP, hex"5f5ffd");
        bytes32 key = bytes32(uint256(uint160(member)));
        vm.mockCall(GROUP, abi.encodeCall(IERC734.keyHasPurpose, (key, purpose)), abi.encode(true));

        assertFalse(Restriction.admits(GROUP, member));
    }

    function testFuzz_OnlyTrueIsTrue(uint256 answer, address account) external {
        vm.assume(account != GROUP);
        // mstore(0, answer); return(0, 32)
        vm.etch(GROUP, bytes.concat(hex"7f", bytes32(answer), hex"5f5260205ff3"));

        assertEq(Restriction.admits(GROUP, account), answer == 1);
    }

    /// @dev The answer is read from where other code leaves its words, a category's number 1 for one.
    function test_NoAnswerIsNotWhatWasThereBefore() external {
        vm.etch(GROUP, hex"00");
        assembly ("memory-safe") {
            mstore(0, 1)
        }

        assertFalse(Restriction.admits(GROUP, address(1)));
    }

    function testFuzz_AnAnswerHasAWordAtLeast(uint8 length) external {
        // mstore(0, 1); return(0, length)
        vm.etch(GROUP, bytes.concat(hex"60015f5260", bytes1(length), hex"5ff3"));
        assertEq(Restriction.admits(GROUP, address(1)), length >= 32);
    }

    /// @dev An answer is read where the one before it still stands: what a short one lacks must not come from there.
    function testFuzz_AnAnswerIsNotCompletedByTheOneBefore(uint256 length) external {
        address terse = makeAddr("terse");
        // mstore(0, 1); return(0, 32)
        vm.etch(GROUP, hex"60015f5260205ff3");
        // return(0, length): zeros
        vm.etch(terse, bytes.concat(hex"60", bytes1(uint8(bound(length, 0, 31))), hex"5ff3"));

        bool admittedBefore = Restriction.admits(GROUP, address(1));
        bool admitted = Restriction.admits(terse, address(1));
        assertTrue(admittedBefore, "by the group before");
        assertFalse(admitted, "by a short answer");
    }

    function test_ARevertIsANo() external {
        // mstore(0, 1); revert(0, 32)
        vm.etch(GROUP, hex"60015f5260205ffd");
        assertFalse(Restriction.admits(GROUP, address(1)));
    }

    /// @dev It is asked with staticcall.
    function test_AGroupThatWritesAdmitsNobody() external {
        // sstore(0, 1); mstore(0, 1); return(0, 32)
        vm.etch(GROUP, hex"60015f5560015f5260205ff3");
        assertFalse(Restriction.admits(GROUP, address(1)));
    }
}
