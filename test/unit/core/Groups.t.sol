// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Groups} from "../../../contracts/core/Groups.sol";

contract Groups_Test is Test {
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
