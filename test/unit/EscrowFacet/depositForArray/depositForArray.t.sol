// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";

contract EscrowDepositForArray_Unit_Test is Base {
    uint256 private constant FUNDS = type(uint96).max;

    function setUp() public override {
        super.setUp();
        deal(address(rlc), requester.addr, FUNDS);
        vm.prank(requester.addr);
        rlc.approve(address(poco), FUNDS);
    }

    function targetAt(uint256 index) private pure returns (address) {
        return address(uint160(0xface0000 + index));
    }

    function testFuzz_RevertWhen_ThereAreNotAsManyAmountsAsTargets(uint8 amounts, uint8 targets) external {
        vm.assume(amounts != targets);
        address[] memory to = new address[](targets);
        for (uint256 i; i < targets; ++i) {
            to[i] = targetAt(i);
        }

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.AmountsMismatch.selector, amounts, targets));
        vm.prank(requester.addr);
        poco.depositForArray(new uint256[](amounts), to);
    }

    function testFuzz_RevertWhen_OneDepositIsRefused(uint256 bad) external {
        address[] memory targets = new address[](3);
        for (uint256 i; i < 3; ++i) {
            targets[i] = targetAt(i);
        }
        targets[bound(bad, 0, 2)] = address(poco);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(poco)));
        vm.prank(requester.addr);
        poco.depositForArray(new uint256[](3), targets);
    }

    function test_WhenThereAreNone() external {
        vm.prank(requester.addr);
        assertTrue(poco.depositForArray(new uint256[](0), new address[](0)), "answer");

        // It should do nothing.
        assertEq(poco.totalSupply(), 0, "supply");
    }

    function testFuzz_WhenEveryDepositIsCovered(uint64[8] calldata seeds, uint8 count) external {
        uint256[] memory amounts = new uint256[](bound(count, 1, 8));
        address[] memory targets = new address[](amounts.length);
        uint256 sum;
        for (uint256 i; i < amounts.length; ++i) {
            amounts[i] = seeds[i];
            targets[i] = targetAt(i);
            sum += amounts[i];
        }

        vm.prank(requester.addr);
        assertTrue(poco.depositForArray(amounts, targets), "answer");

        // It should credit every target.
        for (uint256 i; i < amounts.length; ++i) {
            assertEq(poco.balanceOf(targets[i]), amounts[i], "target");
        }
        // It should take the sum.
        assertEq(poco.totalSupply(), sum, "supply");
        assertEq(rlc.balanceOf(address(poco)), sum, "hub's RLC");
        assertEq(rlc.balanceOf(requester.addr), FUNDS - sum, "caller's RLC");
    }
}
