// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {PolicyCodec} from "../../../contracts/registries/PolicyCodec.sol";

contract PolicyCodec_Test is Test {
    uint40 internal constant WIDE = type(uint40).max;

    function assertPolicy(uint48 terms, uint256 stake, uint256 reward) internal pure {
        (uint256 actualStake, uint256 actualReward) = PolicyCodec.decode(terms);
        assertEq(actualStake, stake, "stake ratio");
        assertEq(actualReward, reward, "reward ratio");
    }

    function test_NothingIsTheDefault() external pure {
        assertPolicy(0, 30, 1);
        assertEq(PolicyCodec.encode(30, 1), 0, "the default");
    }

    function test_AllZeroIsNotTheDefault() external pure {
        assertPolicy(PolicyCodec.encode(0, 0), 0, 0);
    }

    function testFuzz_RoundTrip(uint40 stake, uint8 reward) external pure {
        assertPolicy(PolicyCodec.encode(stake, reward), stake, reward);
    }

    function testFuzz_EveryTermsAreAPolicy(uint48 terms) external pure {
        (uint40 stake, uint8 reward) = PolicyCodec.decode(terms);

        assertEq(PolicyCodec.encode(stake, reward), terms);
    }

    function testFuzz_WideRatiosLookTheSame(uint256 stake, uint8 reward) external pure {
        stake = bound(stake, WIDE, type(uint256).max);

        assertPolicy(PolicyCodec.encode(stake, reward), WIDE, reward);
    }
}
