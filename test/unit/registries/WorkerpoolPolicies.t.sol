// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {WorkerpoolPolicies} from "../../../contracts/registries/WorkerpoolPolicies.sol";

contract WorkerpoolPolicies_Test is Test {
    WorkerpoolPolicies internal policies;
    address internal workerpool = makeAddr("workerpool");

    function assertPolicy(uint256 stake, uint256 reward) internal view {
        (uint256 actualStake, uint256 actualReward) = policies.get(workerpool);
        assertEq(actualStake, stake, "stake ratio");
        assertEq(actualReward, reward, "reward ratio");
    }

    function test_Default() external view {
        assertPolicy(30, 1);
    }

    function test_AllZeroIsNotTheDefault() external {
        policies.set(workerpool, 0, 0);

        assertPolicy(0, 0);
    }

    function testFuzz_RoundTrip(uint256 stake, uint8 reward) external {
        policies.set(workerpool, stake, reward);

        assertPolicy(stake, reward);
    }

    /// @dev The widest ratio that fits in the slot, and the narrowest that does not, after one another.
    function test_AroundTheWidestRatioThatFits() external {
        policies.set(workerpool, type(uint232).max, 100);
        assertPolicy(type(uint232).max, 100);

        policies.set(workerpool, uint256(type(uint232).max) + 1, 0);
        assertPolicy(uint256(type(uint232).max) + 1, 0);

        policies.set(workerpool, 1, 2);
        assertPolicy(1, 2);
    }
}
