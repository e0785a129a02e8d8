// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Groups} from "../../../contracts/core/Groups.sol";
import {TaskState} from "../../../contracts/core/Tasks.sol";
import {IContributions} from "../../../contracts/interfaces/IContributions.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";

contract Groups_Test is Test {
    TaskId internal constant TASK = TaskId.wrap("task");

    TaskState internal task;

    /// @dev The `i`th worker contributes. External, so that it can be refused.
    function add(uint256 i, uint256 weight, bytes32 resultHash, uint256 trust) external returns (bool won) {
        return Groups.add(task, TASK, address(uint160(100 + i)), weight, resultHash, "seal", address(0), trust);
    }

    /// @dev group(h) and total as the rule has them, in numbers that are small enough for plain arithmetic.
    function testFuzz_FollowsTheRule(uint256 seed, uint256 trust) external {
        trust = bound(trust, 1, 1_000);
        uint256[3] memory groups;
        uint256 total = 1;
        for (uint256 i; i < 9; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 said = seed % 3;
            uint256 weight = 1 + ((seed >> 8) % 1_000_000);
            uint256 grown = (groups[said] == 0 ? 1 : groups[said]) * weight;
            total += grown - groups[said];
            groups[said] = grown;

            bool won = this.add(i, weight, bytes32(said), trust);
            assertEq(won, grown * trust > total * (trust - 1), "won");
            if (won) return;
        }
    }

    /// @dev Around the largest weight that the first group has room for beside the crowd.
    function testFuzz_RemembersWideWeightsOfTheFirstGroup(uint256 weight, uint256 more, uint256 others) external {
        weight = bound(weight, type(uint56).max - 2, uint256(type(uint56).max) + 2);
        more = bound(more, 1, 100);
        others = bound(others, 1, type(uint64).max);
        assertFalse(this.add(0, weight, "first", type(uint256).max), "alone");
        assertFalse(this.add(1, others, "second", type(uint256).max), "others");

        // A group that wins at the lowest trust that it can win at, and not at the next, weighs what it should.
        uint256 grown = weight * more;
        uint256 total = 1 + grown + others;
        uint256 highest = (total - 1) / (total - grown);
        uint256 before = vm.snapshotState();
        assertFalse(this.add(2, more, "first", highest + 1), "higher trust");
        vm.revertToState(before);
        assertTrue(this.add(2, more, "first", highest), "highest trust");
    }

    function test_TakesWeightsOf248BitsAndNoMore() external {
        assertFalse(this.add(0, type(uint248).max, "first", type(uint256).max), "first");
        assertEq(task.groups[0].weight, type(uint248).max, "weight");
        assertFalse(this.add(1, 1, "first", type(uint256).max), "times one");

        bytes memory refusal = abi.encodeWithSelector(IContributions.WeightTooLarge.selector, TASK);
        vm.expectRevert(refusal);
        this.add(2, 2, "first", 1);
        vm.expectRevert(refusal);
        this.add(2, uint256(type(uint248).max) + 1, "second", 1);
        // The product has more than 256 bits, and its lower half is small.
        assertFalse(this.add(2, 2 ** 200, "second", type(uint256).max), "second");
        vm.expectRevert(refusal);
        this.add(3, 2 ** 56, "second", 1);
        vm.expectRevert(refusal);
        this.add(3, 2 ** 200, "second", 1);
    }

    /// @dev a × b as two words, limb by limb as in school.
    function multiply(uint256 a, uint256 b) internal pure returns (uint256 high, uint256 low) {
        uint256 mask = type(uint128).max;
        uint256 low0 = (a & mask) * (b & mask);
        uint256 mid1 = (a >> 128) * (b & mask) + (low0 >> 128);
        uint256 mid2 = (a & mask) * (b >> 128) + (mid1 & mask);
        high = (a >> 128) * (b >> 128) + (mid1 >> 128) + (mid2 >> 128);
        low = (mid2 << 128) | (low0 & mask);
    }

    function assertWins(uint256 group, uint256 total, uint256 trust) internal pure {
        (uint256 high1, uint256 low1) = multiply(group, trust);
        (uint256 high2, uint256 low2) = multiply(total, trust == 0 ? 0 : trust - 1);
        bool expected = trust == 0 ? group > 0 : high1 > high2 || (high1 == high2 && low1 > low2);
        assertEq(Groups.wins(group, total, trust), expected, "wins");
    }

    function testFuzz_ComparesWithoutOverflow(uint256 group, uint256 total, uint256 trust) external pure {
        assertWins(group, total, trust);
    }

    function testFuzz_ComparesSmallNumbers(uint8 group, uint8 total, uint8 trust) external pure {
        uint256 wanted = trust == 0 ? 1 : trust;
        bool expected = uint256(group) * wanted > uint256(total) * (wanted - 1);
        assertEq(Groups.wins(group, total, trust), expected, "wins");
    }

    /// @dev A group that weighs exactly as much as it should outweigh does not win; one more, and it does.
    function testFuzz_DecidesAtTheBorder(uint128 others, uint128 trust) external pure {
        vm.assume(trust > 0);
        uint256 border = uint256(others) * (trust - 1);
        assertFalse(Groups.wins(border, border + others, trust), "border");
        assertTrue(Groups.wins(border + 1, border + 1 + others, trust), "beyond");
    }

    function testFuzz_NobodyWinsUnderTheLargestTrust(uint248 group, uint248 others) external pure {
        assertFalse(Groups.wins(group, uint256(1) + group + others, type(uint256).max), "wins");
    }

    function testFuzz_ATrustOfOneTakesAnything(uint256 group, uint256 total) external pure {
        assertEq(Groups.wins(group, total, 1), group > 0, "one");
        assertEq(Groups.wins(group, total, 0), group > 0, "zero");
    }
}
