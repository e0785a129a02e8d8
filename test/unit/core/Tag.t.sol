// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Tag} from "../../../contracts/types/Tag.sol";

contract Tag_Test is Test {
    function testFuzz_ACoveringTagHasEveryBit(uint256 offer, uint256 demand) external pure {
        bool all = true;
        for (uint256 bit; bit < 256; ++bit) {
            if ((demand >> bit) & 1 == 1 && (offer >> bit) & 1 == 0) all = false;
        }

        assertEq(_tag(offer).covers(_tag(demand)), all);
        assertTrue(_tag(offer | demand).covers(_tag(demand)), "more");
        assertTrue(_tag(offer).covers(_tag(offer & demand)), "less");
    }

    function testFuzz_OneMissingBitIsEnough(uint256 offer, uint8 bit) external pure {
        offer &= ~(uint256(1) << bit);
        assertFalse(_tag(offer).covers(_tag(offer | (uint256(1) << bit))));
    }

    function testFuzz_TagsAddUp(uint256 a, uint256 b) external pure {
        assertEq(_bits(_tag(a) | _tag(b)), a | b);
    }

    function testFuzz_BitZeroIsForAnEnclave(uint256 bits) external pure {
        assertEq(_tag(bits).requiresTee(), bits % 2 == 1);
    }

    function testFuzz_TheFrameworkIsBitsOneToThree(uint256 bits) external pure {
        uint256 rest = _bits(_tag(bits).withoutFramework());
        for (uint256 bit; bit < 256; ++bit) {
            assertEq((rest >> bit) & 1, bit >= 1 && bit <= 3 ? 0 : (bits >> bit) & 1);
        }
    }

    function _tag(uint256 bits) private pure returns (Tag) {
        return Tag.wrap(bytes32(bits));
    }

    function _bits(Tag tag) private pure returns (uint256) {
        return uint256(Tag.unwrap(tag));
    }
}
